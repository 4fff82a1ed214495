package io.sentinelmesh.probe.kind;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.sentinelmesh.probe.ProbePacing;

/**
 * What kinds that probe one port of one host, so many times, are asked in the same words.
 *
 * @param host as the user wrote it
 * @param device the network interface to leave by
 * @param dscp 0 to 63
 * @param hopLimit 1 to 255
 */
public record EndpointSettings(String host, InetAddress address, int port, int count, ProbePacing pacing,
        Optional<InetAddress> source, Optional<String> device, int dscp, OptionalInt hopLimit) {

    public static final Setting<Integer> COUNT = Setting.number("count", 10, 1, 1_000_000, "how many probes");
    public static final Setting<Duration> INTERVAL = Setting.duration("interval", "1s", Duration.ofMillis(1),
            Duration.ofHours(1), "time between two probes");
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "1s", Duration.ofMillis(10),
            Duration.ofMinutes(1), "how long an answer is waited for");
    public static final Setting<Integer> HOP_LIMIT = Setting.number("hop-limit", 1, 255,
            "hop limit (TTL) of the packets; this host's default if left out");

    public static final List<Setting<?>> ALL = List.of(COUNT, INTERVAL, TIMEOUT, CommonSettings.FAMILY,
            CommonSettings.SOURCE, CommonSettings.INTERFACE, CommonSettings.DSCP, HOP_LIMIT);

    /**
     * May block on the name service.
     *
     * @param target HOST:PORT
     * @param settings made for a list that contains {@link #ALL}
     * @throws BadRequestException as {@link Targets}, and for an interface that this host does not have
     */
    public static EndpointSettings of(String target, Settings settings) {
        Targets.HostPort hostPort = Targets.hostPort(target, 0);
        InetAddress address = Targets.resolve(hostPort.host(), settings.get(CommonSettings.FAMILY));
        Optional<InetAddress> source = settings.find(CommonSettings.SOURCE)
                .map(text -> Targets.source(text, address));
        Optional<String> device = settings.find(CommonSettings.INTERFACE);
        device.ifPresent(EndpointSettings::requireDevice);
        OptionalInt hopLimit = settings.find(HOP_LIMIT).map(OptionalInt::of).orElseGet(OptionalInt::empty);
        return new EndpointSettings(hostPort.host(), address, hostPort.port(), settings.get(COUNT),
                new ProbePacing(settings.get(INTERVAL), settings.get(TIMEOUT)), source, device,
                settings.get(CommonSettings.DSCP), hopLimit);
    }

    private static void requireDevice(String name) {
        try {
            if (NetworkInterface.getByName(name) == null) {
                throw new BadRequestException(
                        "interface: this host has no '" + name + "'; `ip link` lists those it has");
            }
        } catch (SocketException e) {
            throw new BadRequestException("interface: this host's can't be read: " + e.getMessage(), e);
        }
    }

    /** How long the run takes if nothing comes in between. */
    public Duration duration() {
        return pacing.interval().multipliedBy(count).plus(pacing.lossThreshold());
    }

    /** For people: the address, after the name if it was given by one. */
    public String endpoint() {
        String numeric = AddressText.of(address);
        return (host.equals(numeric) || address.getHostAddress().equals(host) ? numeric : host + " (" + numeric + ")")
                + " port " + port;
    }
}
