package io.sentinelmesh.probe.icmp;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

import io.sentinelmesh.probe.PacketForm;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RateCaps;
import io.sentinelmesh.probe.RungChoice;
import io.sentinelmesh.probe.TargetRules;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.CommonSettings;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.kind.Targets;

/** Echo of one host, as ping does it. */
public final class IcmpKind implements Kind {

    static final Setting<Integer> COUNT = Setting.number("count", 5, 1, TargetRules.MOST_TARGETS,
            "how many test packets are sent");
    static final Setting<Duration> INTERVAL = Setting.duration("interval", "1s", Duration.ofMillis(1),
            Duration.ofHours(1), "time between two of them");
    static final Setting<Duration> LOSS_THRESHOLD = Setting.duration("loss-threshold", "1s", Duration.ofMillis(10),
            Duration.ofMinutes(1), "waiting time after which an unanswered packet counts as lost");
    static final Setting<Integer> SIZE = Setting.number("size", PacketForm.USUAL_PAYLOAD, PacketForm.LEAST_PAYLOAD,
            PacketForm.MOST_PAYLOAD, "bytes of payload after the 8 bytes of ICMP header");
    static final Setting<Boolean> DONT_FRAGMENT = Setting.flag("dont-fragment",
            "neither this host nor a router may cut a packet that a link does not take");
    static final Setting<Integer> HOP_LIMIT = Setting.number("hop-limit", 1, 255,
            "hop limit (TTL) the packets leave with; this host's usual one by default");
    static final Setting<String> RUNG = Setting.choice("rung", "auto", List.of("auto", "datagram", "raw", "udp", "tcp"),
            "how to measure: ICMP echo on a datagram or raw socket, UDP to a closed port, TCP connect; auto takes the "
                    + "first that this host permits");

    private static final Duration LONGEST_RUN = Duration.ofHours(24);
    private static final int ICMP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int ANY_PORT = 9;

    @Override
    public String name() {
        return "icmp";
    }

    @Override
    public String summary() {
        return "Echo (ping): round-trip delay, loss, refusals and who refused";
    }

    @Override
    public String targetForm() {
        return "HOST";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(COUNT, INTERVAL, LOSS_THRESHOLD, SIZE, CommonSettings.DSCP, DONT_FRAGMENT, HOP_LIMIT,
                CommonSettings.SOURCE, CommonSettings.INTERFACE, CommonSettings.FAMILY, RUNG);
    }

    @Override
    public Run prepare(String target, Settings settings) {
        InetAddress address = Targets.resolve(target, settings.get(CommonSettings.FAMILY));
        Optional<InetAddress> source = settings.find(CommonSettings.SOURCE)
                .map(text -> Targets.source(text, address));
        Optional<String> device = settings.find(CommonSettings.INTERFACE);
        device.ifPresent(IcmpKind::require);
        PacketForm form = new PacketForm(settings.get(SIZE), settings.get(CommonSettings.DSCP),
                settings.get(DONT_FRAGMENT), settings.find(HOP_LIMIT).map(OptionalInt::of).orElse(OptionalInt.empty()),
                device);
        if (form.neverFragment()) {
            requireFits(form, address);
        }
        int count = settings.get(COUNT);
        Duration interval = settings.get(INTERVAL);
        if (interval.multipliedBy(count).compareTo(LONGEST_RUN) > 0) {
            throw new BadRequestException(count + " packets at this interval take more than "
                    + LONGEST_RUN.toHours() + " hours: send fewer, or at a shorter interval");
        }
        // Each packet is a target of its own, once: its number then tells which one was answered.
        ProbePacing pacing = new ProbePacing(interval.multipliedBy(count), settings.get(LOSS_THRESHOLD), 1);
        ProberSettings prober = new ProberSettings(pacing, source, ProberSettings.DEFAULT_TCP_PORT, RateCaps.DEFAULT,
                form, false);
        RungChoice rung = RungChoice.valueOf(settings.get(RUNG).toUpperCase(Locale.ROOT));
        return new IcmpRun(address, count, prober, rung);
    }

    private static void require(String device) {
        try {
            if (NetworkInterface.getByName(device) == null) {
                throw new BadRequestException(
                        "interface: this host has none named '" + device + "'; `ip link` lists those it has");
            }
        } catch (SocketException e) {
            throw new BadRequestException("interface: this host's interfaces can't be read: " + e.getMessage(), e);
        }
    }

    private static void requireFits(PacketForm form, InetAddress target) {
        int headers = ICMP_HEADER + (target instanceof Inet6Address ? IPV6_HEADER : IPV4_HEADER);
        int mtu = mtu(form.networkInterface(), target);
        if (mtu > 0 && form.payloadBytes() + headers > mtu) {
            throw new BadRequestException("size: " + form.payloadBytes() + " bytes of payload make packets of "
                    + (form.payloadBytes() + headers) + " bytes, more than the " + mtu
                    + " that the interface takes: with dont-fragment at most " + (mtu - headers));
        }
    }

    /** Of the interface towards the target, bytes; 0 if it can't be found out. Sends nothing: connecting UDP only asks for the route. */
    private static int mtu(Optional<String> device, InetAddress target) {
        try (DatagramSocket socket = new DatagramSocket()) {
            if (device.isPresent()) {
                return mtu(Optional.ofNullable(NetworkInterface.getByName(device.get())));
            }
            if (NetworkInterface.getByInetAddress(target) != null) {
                return mtu(Optional.ofNullable(NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress())));
            }
            socket.connect(new InetSocketAddress(target, ANY_PORT));
            return mtu(Optional.ofNullable(NetworkInterface.getByInetAddress(socket.getLocalAddress())));
        } catch (IOException e) {
            // No route: the run will tell.
            return 0;
        }
    }

    private static int mtu(Optional<NetworkInterface> device) throws SocketException {
        return device.isPresent() ? device.get().getMTU() : 0;
    }
}
