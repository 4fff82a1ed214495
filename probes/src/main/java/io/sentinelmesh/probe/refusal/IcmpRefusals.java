package io.sentinelmesh.probe.refusal;

import io.sentinelmesh.measurement.RefusalReason;

/** What an ICMP error's type and code mean (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3). */
public final class IcmpRefusals {

    static final int UNREACHABLE = 3;
    static final int TIME_EXCEEDED = 11;
    static final int PARAMETER_PROBLEM = 12;

    static final int IPV6_UNREACHABLE = 1;
    static final int IPV6_PACKET_TOO_BIG = 2;
    static final int IPV6_TIME_EXCEEDED = 3;
    static final int IPV6_PARAMETER_PROBLEM = 4;

    private IcmpRefusals() {
    }

    public static boolean isError(int type) {
        return type == UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
    }

    public static boolean isIpv6Error(int type) {
        return type >= IPV6_UNREACHABLE && type <= IPV6_PARAMETER_PROBLEM;
    }

    public static RefusalReason reason(int type, int code) {
        return switch (type) {
            case UNREACHABLE -> unreachable(code);
            case TIME_EXCEEDED -> code == 0 ? RefusalReason.HOP_LIMIT_EXCEEDED : RefusalReason.OTHER;
            default -> RefusalReason.OTHER;
        };
    }

    private static RefusalReason unreachable(int code) {
        return switch (code) {
            // 6 unknown, 11 not for this type of service
            case 0, 6, 11 -> RefusalReason.NETWORK_UNREACHABLE;
            // 7 unknown, 12 not for this type of service
            case 1, 7, 12 -> RefusalReason.HOST_UNREACHABLE;
            case 3 -> RefusalReason.PORT_UNREACHABLE;
            case 4 -> RefusalReason.PACKET_TOO_BIG;
            // 9 network, 10 host, 13 communication; 14 and 15 the precedence
            case 9, 10, 13, 14, 15 -> RefusalReason.ADMINISTRATIVELY_PROHIBITED;
            default -> RefusalReason.OTHER;
        };
    }

    public static RefusalReason ipv6Reason(int type, int code) {
        return switch (type) {
            case IPV6_UNREACHABLE -> ipv6Unreachable(code);
            case IPV6_PACKET_TOO_BIG -> RefusalReason.PACKET_TOO_BIG;
            case IPV6_TIME_EXCEEDED -> code == 0 ? RefusalReason.HOP_LIMIT_EXCEEDED : RefusalReason.OTHER;
            default -> RefusalReason.OTHER;
        };
    }

    private static RefusalReason ipv6Unreachable(int code) {
        return switch (code) {
            case 0 -> RefusalReason.NETWORK_UNREACHABLE;
            // 5 the source address failed a policy, 6 a route that rejects
            case 1, 5, 6 -> RefusalReason.ADMINISTRATIVELY_PROHIBITED;
            // 2 beyond the scope of the source address
            case 2, 3 -> RefusalReason.HOST_UNREACHABLE;
            case 4 -> RefusalReason.PORT_UNREACHABLE;
            default -> RefusalReason.OTHER;
        };
    }
}
