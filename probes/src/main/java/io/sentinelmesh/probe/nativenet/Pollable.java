package io.sentinelmesh.probe.nativenet;

/** Something of the kernel's that {@link PacketWait} can wait for. */
public interface Pollable {

    /** The kernel's number for it. */
    int fd();
}
