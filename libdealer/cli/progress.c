/* Long work: a bar on a terminal's standard error, and interrupts, which stop at the next sound place instead of in the midst. */
#include "cli.h"
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 24, LINE_SIZE = 160 };
static const double REDRAW_SECONDS = 0.1;

static volatile sig_atomic_t interrupted; /* all that a signal handler may touch */

static void note_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

void watch_interrupts(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_interrupt;
    action.sa_flags = SA_RESETHAND; /* the second one ends the program at once; the store survives that too */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool was_interrupted(void) {
    return interrupted != 0;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bar_start(struct bar *bar, const struct cli *cli, const char *what) {
    *bar = (struct bar){cli, what, seconds_now(), 0, isatty(STDERR_FILENO) && !cli->options.quiet};
}

static void draw(const struct bar *bar, int64_t done, int64_t total, double seconds) {
    char line[LINE_SIZE], marks[WIDTH + 1];
    double rate = seconds > 0 ? (double)done / seconds : 0;
    int share = total > 0 ? (int)(done * 100 / total) : 0, filled = share * WIDTH / 100;
    long left = rate > 0 && total > done ? (long)((double)(total - done) / rate + 0.5) : 0;
    for (int i = 0; i < WIDTH; i++) marks[i] = i < filled ? '#' : '.';
    marks[WIDTH] = '\0';
    snprintf(line, sizeof line, "\r%s [%s] %3d %% %lld/%lld, %.0f/s, %ld:%02ld %s\033[K", bar->what, marks, share, (long long)done,
        (long long)total, rate, left / 60, left % 60, in_words(bar->cli, "left", "剩余"));
    fputs(line, stderr);
}

int32_t bar_progress(void *user_data, int64_t done, int64_t total) {
    struct bar *bar = user_data;
    double now = seconds_now();
    if (bar->shows && (now - bar->drawn >= REDRAW_SECONDS || done == total)) {
        bar->drawn = now;
        draw(bar, done, total, now - bar->started);
    }
    return was_interrupted();
}

void bar_end(struct bar *bar) {
    if (bar->shows) fputs("\r\033[K", stderr);
}
