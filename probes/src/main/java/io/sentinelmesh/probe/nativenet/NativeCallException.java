package io.sentinelmesh.probe.nativenet;

/** A system call that must succeed for a socket to be of use did not. */
public final class NativeCallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    NativeCallException(String call, int errno) {
        super(call + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /** As in errno(3), positive. */
    public int errno() {
        return errno;
    }
}
