package io.sentinelmesh.agent;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

class ArchitectureTest {

    private static final JavaClasses AGENT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sentinelmesh.agent");

    @Test
    void hazelcast_stays_behind_the_shared_membership() {
        noClasses().should().dependOnClassesThat().resideInAPackage("com.hazelcast..").check(AGENT);
    }

    @Test
    void the_network_layer_appears_only_in_the_link_and_where_all_is_wired() {
        noClasses().that()
                .resideOutsideOfPackages("..agent.link..", "..agent.simulate..", "io.sentinelmesh.agent")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx..")
                .check(AGENT);
    }

    @Test
    void plan_peers_and_rounds_know_neither_frames_nor_sockets() {
        noClasses().that()
                .resideInAnyPackage("..agent.plan..", "..agent.peers..", "..agent.round..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sentinelmesh.wire..", "io.vertx..", "com.hazelcast..")
                .check(AGENT);
    }

    @Test
    void the_host_is_read_in_one_package_only() {
        noClasses().that()
                .resideOutsideOfPackage("..agent.host..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("oshi..")
                .check(AGENT);
    }

    @Test
    void what_is_loaded_before_the_host_is_read_knows_nothing_of_the_library_that_reads_it() {
        noClasses().that()
                .haveNameMatching(
                        ".*\\.agent\\.host\\.(HostMetrics|BoundedReader|Readings|HostReader|Cost|Kind|HostMetricName)")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("oshi..")
                .check(AGENT);
    }

    @Test
    void health_and_figures_know_neither_frames_nor_sockets_of_the_link() {
        noClasses().that()
                .resideInAnyPackage("..agent.health..", "..agent.host..", "..agent.local..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sentinelmesh.wire..", "io.vertx..", "com.hazelcast..")
                .check(AGENT);
    }

    @Test
    void packages_do_not_depend_on_one_another_in_a_circle() {
        slices().matching("io.sentinelmesh.agent.(*)..").should().beFreeOfCycles().check(AGENT);
    }
}
