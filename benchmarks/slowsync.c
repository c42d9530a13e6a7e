/* Makes every fsync and fdatasync take SLOWSYNC_US microseconds longer: a slower disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_longer(void)
{
    static long microseconds = -1;
    if (microseconds < 0) {
        const char *told = getenv("SLOWSYNC_US");
        microseconds = told ? atol(told) : 0;
    }
    if (microseconds > 0)
        usleep((useconds_t)microseconds);
}

int fsync(int file)
{
    static int (*next)(int);
    if (!next)
        next = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_longer();
    return next(file);
}

int fdatasync(int file)
{
    static int (*next)(int);
    if (!next)
        next = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_longer();
    return next(file);
}
