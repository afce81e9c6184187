package org.libdealer;

/** Told now and then by a long call, on the thread that made it. It must not use the session. */
@FunctionalInterface
public interface Progress {
    /**
     * So far.
     *
     * @return whether to stop; the call then answers with what it has, marked as cancelled
     */
    boolean tell(long done, long total);
}
