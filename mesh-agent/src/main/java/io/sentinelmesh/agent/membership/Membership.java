package io.sentinelmesh.agent.membership;

import io.sentinelmesh.membership.MembershipState;

/** This agent's place in the mesh's membership. Carries hints only: results never travel here. */
public interface Membership extends AutoCloseable {

    /** How this agent takes part at present, and why. For any thread. */
    MembershipState state();

    /** To be called when there is somebody to ask again: chooses the mode anew. For any thread. */
    void judgeModeAgain();

    /** To be called when somebody was revoked: closes the connections with them. For any thread. */
    void judgePeersAgain();

    /** Tells the others that this agent leaves on purpose, and leaves. Bounded in time; afterwards nothing is told to the listener. */
    @Override
    void close();
}
