package io.sentinelmesh.probe.nativenet;

/** Linux error numbers (errno(3)); the same on x86-64 and AArch64. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int EPIPE = 32;
    public static final int EMSGSIZE = 90;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EINPROGRESS = 115;

    private Errno() {
    }

    /** For people; a constant where the number is a known one, so that telling it costs no allocation. */
    public static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted: a local firewall rule or a missing capability (EPERM)";
            case EINTR -> "interrupted (EINTR)";
            case EAGAIN -> "the send buffer is full (EAGAIN)";
            case ENOMEM -> "the kernel has no memory for it (ENOMEM)";
            case EACCES -> "permission denied (EACCES)";
            case ENODEV -> "no such network interface (ENODEV)";
            case EMFILE -> "too many open files: raise the limit (EMFILE)";
            case EADDRINUSE -> "the address and port are in use (EADDRINUSE)";
            case ECONNRESET -> "connection reset (ECONNRESET)";
            case ETIMEDOUT -> "timed out (ETIMEDOUT)";
            case ECONNREFUSED -> "connection refused (ECONNREFUSED)";
            case EINPROGRESS -> "under way (EINPROGRESS)";
            case EINVAL -> "invalid argument: no such route from this source address (EINVAL)";
            case EMSGSIZE -> "larger than the local interface takes (EMSGSIZE)";
            case EPROTONOSUPPORT -> "this kernel does not know the protocol (EPROTONOSUPPORT)";
            case EAFNOSUPPORT -> "this host does not speak the address family (EAFNOSUPPORT)";
            case EADDRNOTAVAIL -> "the source address is not one of this host (EADDRNOTAVAIL)";
            case ENETDOWN -> "the network interface is down (ENETDOWN)";
            case ENETUNREACH -> "no route to the network from this host (ENETUNREACH)";
            case ENOBUFS -> "the network interface's queue is full (ENOBUFS)";
            case EHOSTUNREACH -> "no route to the host from this host (EHOSTUNREACH)";
            default -> "errno " + errno;
        };
    }
}
