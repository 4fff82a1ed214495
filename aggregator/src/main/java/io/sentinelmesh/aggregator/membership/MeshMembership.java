package io.sentinelmesh.aggregator.membership;

import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.ClusterSeat;
import io.sentinelmesh.membership.MembershipException;
import io.sentinelmesh.membership.SeatSettings;
import io.sentinelmesh.trust.TlsIdentity;

/**
 * This aggregator as a data member of the cluster in which agents find one another. It keeps their registry, which the agents fill themselves, and says who is
 * there; it decides nothing.
 */
public final class MeshMembership implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MeshMembership.class);

    private final ClusterSeat seat;

    private MeshMembership(ClusterSeat seat) {
        this.seat = seat;
    }

    /**
     * Joins the cluster, or begins one. Blocks for some seconds.
     *
     * @param self the id in the certificate
     * @param identity for mutual TLS with every member and client; empty: plain text
     * @throws MembershipException if the address cannot be bound, or those who are there don't admit it
     */
    public static MeshMembership start(MembershipSettings settings, NodeId self, Optional<TlsIdentity> identity) {
        SeatSettings wanted = settings.seat(self, identity);
        try {
            return new MeshMembership(ClusterSeat.take(wanted, new Told()));
        } catch (MembershipException failure) {
            throw new MembershipException("the mesh membership cannot start on " + wanted.address() + " port "
                    + wanted.port() + " (" + failure.getMessage() + "): another program may use the port, or this host "
                    + "does not have the address; choose others with --member-port and --member-address", failure);
        }
    }

    private static final class Told implements ClusterSeat.Listener {

        @Override
        public void joined(String memberAddress, int members) {
            log.info("Member {} joined, {} in all", memberAddress, members);
        }

        @Override
        public void left(String memberAddress, int members) {
            log.info("Member {} is gone, {} remain", memberAddress, members);
        }
    }

    /** Members present now, this one included. */
    public int size() {
        return seat.members();
    }

    /** What the agents say of themselves, one JSON string each. */
    public List<String> registry() {
        return seat.registry();
    }

    /** To be called when somebody was revoked: closes the connections with them and puts them out. */
    public void judgePeersAgain() {
        seat.judgePeersAgain();
    }

    /** Leaves in good order, which hands the registry to another data member. */
    @Override
    public void close() {
        seat.leave();
    }

    /** At once, without handing over anything. */
    public void terminate() {
        seat.terminate();
    }
}
