/** How the planner is set where statements say themselves how they are to be answered. */

/**
 * The statements on records say by which index they are to be answered, and in which order; this has the planner take
 * them at their word, once for each connection, whatever it believes about the values.
 */
export const AS_SAID = {
  plan_cache_mode: 'force_generic_plan',
  enable_sort: 'off',
  enable_incremental_sort: 'off',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
}
