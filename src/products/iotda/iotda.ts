/** Huawei Cloud IoTDA v5, as far as it lists certificates: of devices (seed 001) and of their CAs (seed 002). */
import type { Product } from '../shared/product.ts'
import { say } from './errors.ts'
import { caIntake, deviceIntake } from './intakes.ts'
import { caCertificates, deviceCertificates } from './listing.ts'
import { routes } from './routes.ts'

export const iotda: Product = {
  name: 'iotda',
  title: 'Huawei Cloud IoT Device Access (IoTDA) v5',
  prefixes: ['/v5/iot'],
  credentials: 'huawei',
  routes,
  listings: [deviceCertificates, caCertificates],
  intakes: [deviceIntake, caIntake],
  say,
  // Both SDKs read the request id from here, not from the body (reference iotda §3.1).
  headers: requestId => ({ 'X-Request-Id': requestId }),
}
