package io.sentinelmesh;

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

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.sentinelmesh.probe");

    @Test
    void probes_know_measured_values_but_not_how_they_travel() {
        classes().that().resideInAPackage(PROBE).should().onlyDependOnClassesThat()
                .resideInAnyPackage(PROBE, "io.sentinelmesh.measurement..", "java..", "org.slf4j..", "org.jspecify..")
                .check(MODULE);
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
                .resideInAnyPackage(NATIVE, "io.sentinelmesh.probe.icmp..", "io.sentinelmesh.probe.tcp..", "java.nio..")
                .check(MODULE);
    }

    @Test
    void kinds_of_probe_do_not_know_one_another() {
        noClasses().that().resideInAPackage("io.sentinelmesh.probe.icmp..").should().dependOnClassesThat()
                .resideInAPackage("io.sentinelmesh.probe.tcp..").check(MODULE);
        noClasses().that().resideInAPackage("io.sentinelmesh.probe.tcp..").should().dependOnClassesThat()
                .resideInAPackage("io.sentinelmesh.probe.icmp..").check(MODULE);
    }
}
