package io.sentinelmesh.agent.stamp;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.OptionalInt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.stamp.ReflectorSettings;
import io.sentinelmesh.probe.stamp.StampReflector;

/** This agent's reflector, if it has one. Planning thread. */
public final class Reflector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

    private final Optional<ReflectorSettings> settings;
    private Optional<StampReflector> running;

    private Reflector(Optional<ReflectorSettings> settings, Optional<StampReflector> running) {
        this.settings = settings;
        this.running = running;
    }

    /**
     * At the port that was asked for or none; at the default port, or a free one if another program has it.
     *
     * @param address where peers send to; listened on alone if it is this host's, else (behind an address translator) all addresses are
     * @param port 0: no reflector
     */
    public static Reflector open(InetAddress address, OptionalInt port) {
        if (port.orElse(ReflectorSettings.DEFAULT_PORT) == 0) {
            return new Reflector(Optional.empty(), Optional.empty());
        }
        if (!NativeSocket.isSupported()) {
            LOG.warn("no STAMP reflector: it needs Linux on a 64-bit processor");
            return new Reflector(Optional.empty(), Optional.empty());
        }
        Optional<InetAddress> own = isOfThisHost(address) ? Optional.of(address) : Optional.empty();
        try {
            return open(new ReflectorSettings(port.orElse(ReflectorSettings.DEFAULT_PORT), own, Optional.empty()));
        } catch (NativeCallException e) {
            if (port.isEmpty() && e.errno() == Errno.EADDRINUSE) {
                LOG.warn("another program has UDP port {}: the STAMP reflector takes a free one",
                        ReflectorSettings.DEFAULT_PORT);
                return open(new ReflectorSettings(0, own, Optional.empty()));
            }
            LOG.error("no STAMP reflector: {}; choose another port with --reflector-port, or 0 for none",
                    e.getMessage());
            return new Reflector(Optional.empty(), Optional.empty());
        }
    }

    private static Reflector open(ReflectorSettings settings) {
        StampReflector opened = StampReflector.open(settings);
        ReflectorSettings again = new ReflectorSettings(opened.port(), settings.address(), settings.key());
        LOG.info("STAMP reflector at UDP port {}", opened.port());
        return new Reflector(Optional.of(again), Optional.of(opened));
    }

    private static boolean isOfThisHost(InetAddress address) {
        try {
            // All of 127/8 is this host's, though only 127.0.0.1 is on an interface.
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Where it answers; 0 if there is none. */
    public int port() {
        return settings.map(ReflectorSettings::port).orElse(0);
    }

    /** Opens it again, at the same port, if it ended by itself. */
    public void check() {
        Optional<String> trouble = running.flatMap(StampReflector::trouble);
        if (settings.isEmpty() || (running.isPresent() && trouble.isEmpty())) {
            return;
        }
        trouble.ifPresent(why -> LOG.error("the STAMP reflector ended ({}): starting it again", why));
        close();
        try {
            running = Optional.of(StampReflector.open(settings.get()));
        } catch (NativeCallException e) {
            LOG.warn("the STAMP reflector does not start: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        running.ifPresent(StampReflector::close);
        running = Optional.empty();
    }
}
