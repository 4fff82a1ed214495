package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * Keeps everything from a raw ICMP socket but the echo replies that carry one identifier and the ICMP errors that quote it. Two sieves: the
 * type filter, which the kernel asks before it even copies the packet for us, then a classic BPF program.
 *
 * @param identifier of our echo requests, 0 to 65,535
 */
public record EchoFilter(int identifier) {

    // Classic BPF, linux/bpf_common.h
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_SHORT = 0x28;
    private static final int LOAD_BYTE_AT_X = 0x50;
    private static final int LOAD_SHORT_AT_X = 0x48;
    private static final int LOAD_X_WITH_IP_HEADER_LENGTH = 0xb1;
    private static final int AND = 0x54;
    private static final int SHIFT_LEFT = 0x64;
    private static final int ADD_X = 0x0c;
    private static final int MOVE_A_TO_X = 0x07;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int WHOLE_PACKET = 0xffff;

    private static final int ICMP6_ECHO_REPLY = 129;

    public EchoFilter {
        if (identifier < 0 || identifier > 0xffff) {
            throw new IllegalArgumentException("an ICMP identifier has 16 bits: " + identifier);
        }
    }

    void attachTo(NativeSocket socket, AddressFamily family) {
        switch (family) {
            case IPV4 -> {
                attachTypes(socket, SocketOptions.SOL_RAW, SocketOptions.ICMP_FILTER, 1, 0, 3, 11, 12);
                attachProgram(socket, ipv4());
            }
            case IPV6 -> {
                attachTypes(socket, SocketOptions.IPPROTO_ICMPV6, SocketOptions.ICMP6_FILTER, 8, 1, 2, 3, 4,
                        ICMP6_ECHO_REPLY);
                attachProgram(socket, ipv6());
            }
        }
    }

    /** The packet starts with its IP header, whose length varies; so does that of the header an error quotes. */
    private List<Instruction> ipv4() {
        return List.of( //
                new Instruction(LOAD_X_WITH_IP_HEADER_LENGTH, 0, 0, 0), //
                new Instruction(LOAD_BYTE_AT_X, 0, 0, 0), //
                new Instruction(JUMP_IF_EQUAL, 0, 2, 0), // an echo reply has its identifier at 4
                new Instruction(LOAD_SHORT_AT_X, 0, 0, 4), //
                new Instruction(JUMP_IF_EQUAL, 7, 8, identifier), //
                new Instruction(LOAD_BYTE_AT_X, 0, 0, 8), // an error has 8 bytes, the quoted IP header, then our request
                new Instruction(AND, 0, 0, 0x0f), //
                new Instruction(SHIFT_LEFT, 0, 0, 2), //
                new Instruction(ADD_X, 0, 0, 0), //
                new Instruction(MOVE_A_TO_X, 0, 0, 0), //
                new Instruction(LOAD_SHORT_AT_X, 0, 0, 8 + 4), //
                new Instruction(JUMP_IF_EQUAL, 0, 1, identifier), //
                new Instruction(RETURN, 0, 0, WHOLE_PACKET), //
                new Instruction(RETURN, 0, 0, 0));
    }

    /** The packet starts with ICMPv6; an error quotes a 40-byte IPv6 header. */
    private List<Instruction> ipv6() {
        return List.of( //
                new Instruction(LOAD_BYTE, 0, 0, 0), //
                new Instruction(JUMP_IF_EQUAL, 0, 2, ICMP6_ECHO_REPLY), //
                new Instruction(LOAD_SHORT, 0, 0, 4), //
                new Instruction(JUMP_IF_EQUAL, 2, 3, identifier), //
                new Instruction(LOAD_SHORT, 0, 0, 8 + 40 + 4), //
                new Instruction(JUMP_IF_EQUAL, 0, 1, identifier), //
                new Instruction(RETURN, 0, 0, WHOLE_PACKET), //
                new Instruction(RETURN, 0, 0, 0));
    }

    /**
     * @param ifTrue how many instructions a jump skips when the comparison holds, {@code ifFalse} when not
     */
    private record Instruction(int code, int ifTrue, int ifFalse, int operand) {
    }

    private static void attachTypes(NativeSocket socket, int level, int option, int words, int... wanted) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blocked = arena.allocate(JAVA_INT, words);
            for (int word = 0; word < words; word++) {
                blocked.setAtIndex(JAVA_INT, word, -1);
            }
            for (int type : wanted) {
                int word = type >> 5;
                blocked.setAtIndex(JAVA_INT, word, blocked.getAtIndex(JAVA_INT, word) & ~(1 << (type & 31)));
            }
            socket.require("the ICMP type filter", level, option, blocked);
        }
    }

    private static void attachProgram(NativeSocket socket, List<Instruction> instructions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(8L * instructions.size(), 8);
            for (int i = 0; i < instructions.size(); i++) {
                Instruction instruction = instructions.get(i);
                program.set(JAVA_SHORT, 8L * i, (short) instruction.code());
                program.set(JAVA_BYTE, 8L * i + 2, (byte) instruction.ifTrue());
                program.set(JAVA_BYTE, 8L * i + 3, (byte) instruction.ifFalse());
                program.set(JAVA_INT, 8L * i + 4, instruction.operand());
            }
            MemorySegment header = arena.allocate(16, 8);
            header.set(JAVA_SHORT, 0, (short) instructions.size());
            header.set(ADDRESS, 8, program);
            socket.require("the packet filter", SocketOptions.SOL_SOCKET, SocketOptions.SO_ATTACH_FILTER, header);
        }
    }
}
