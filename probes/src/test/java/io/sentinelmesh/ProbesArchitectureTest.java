package io.sentinelmesh;

import java.util.List;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class ProbesArchitectureTest {

    private static final String PROBE = "io.sentinelmesh.probe..";
    private static final String NATIVE = "io.sentinelmesh.probe.nativenet..";
    private static final String PACING = "io.sentinelmesh.probe.pacing..";

    private static final List<String> KINDS = List.of("icmp", "stamp", "udp", "tcp", "route", "mtu", "http", "dns",
            "tls");

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.sentinelmesh.probe");

    @Test
    void probes_know_measured_values_but_not_how_they_travel() {
        classes().that().resideInAPackage(PROBE).should().onlyDependOnClassesThat()
                .resideInAnyPackage(PROBE, "io.sentinelmesh.measurement..", "java..", "javax.crypto..",
                        "javax.net.ssl..", "javax.security.auth.x500..", "org.slf4j..", "org.jspecify..", "io.netty..")
                .check(MODULE);
    }

    @Test
    void only_what_speaks_a_protocol_stands_on_netty() {
        noClasses().that()
                .resideOutsideOfPackages("io.sentinelmesh.probe.exchange..", "io.sentinelmesh.probe.http..",
                        "io.sentinelmesh.probe.dns..", "io.sentinelmesh.probe.tls..")
                .should().dependOnClassesThat().resideInAPackage("io.netty..").check(MODULE);
    }

    @Test
    void native_memory_is_touched_in_one_package_only() {
        noClasses().that().resideOutsideOfPackage(NATIVE).should().dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..").check(MODULE);
    }

    @Test
    void system_calls_know_nothing_of_probes() {
        noClasses().that().resideInAPackage(NATIVE).should().dependOnClassesThat(
                resideInAPackage(PROBE)
                        .and(resideOutsideOfPackages(NATIVE,
                                PACING)))
                .check(MODULE);
    }

    @Test
    void pacing_knows_no_sockets() {
        noClasses().that().resideInAPackage(PACING).should().dependOnClassesThat()
                .resideInAnyPackage(NATIVE, "java.nio..").check(MODULE);
    }

    @Test
    void kinds_of_probe_do_not_know_one_another() {
        for (String kind : KINDS) {
            String[] others = KINDS.stream().filter(other -> !other.equals(kind))
                    .map(other -> "io.sentinelmesh.probe." + other + "..").toArray(String[]::new);
            noClasses().that().resideInAPackage("io.sentinelmesh.probe." + kind + "..").should().dependOnClassesThat()
                    .resideInAnyPackage(others).allowEmptyShould(true).check(MODULE);
        }
    }

    @Test
    void what_kinds_share_does_not_know_them() {
        noClasses().that()
                .resideInAnyPackage(PACING, NATIVE, "io.sentinelmesh.probe.kind..", "io.sentinelmesh.probe.engine..",
                        "io.sentinelmesh.probe.refusal..", "io.sentinelmesh.probe.exchange..",
                        "io.sentinelmesh.probe.certificate..")
                .should().dependOnClassesThat()
                .resideInAnyPackage(
                        KINDS.stream().map(kind -> "io.sentinelmesh.probe." + kind + "..").toArray(String[]::new))
                .check(MODULE);
    }
}
