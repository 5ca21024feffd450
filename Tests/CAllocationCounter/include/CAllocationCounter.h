// Counts the allocations of a thread, to test that solver steps make none. Linked into test programs only.
#ifndef LACUNA_ALLOCATION_COUNTER_H
#define LACUNA_ALLOCATION_COUNTER_H

// Calls of malloc, calloc, realloc and their aligned relatives by the calling thread so far; -1 where they cannot be
// counted (not glibc, or under a sanitizer, which has its own malloc).
long lacuna_thread_allocations(void);

#endif
