package io.sentinelmesh.membership;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class ArchitectureTest {

    private static final JavaClasses MEMBERSHIP = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sentinelmesh.membership");

    @Test
    void the_insides_of_hazelcast_appear_only_under_the_tls() {
        noClasses().that()
                .resideOutsideOfPackage("..membership.tls..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.hazelcast.internal..", "com.hazelcast..impl..")
                .check(MEMBERSHIP);
    }

    @Test
    void the_pump_knows_nothing_of_hazelcast() {
        classes().that()
                .haveNameMatching(".*TlsPump.*")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.net.ssl..", "org.jspecify..", "io.sentinelmesh.membership.tls..")
                .check(MEMBERSHIP);
    }
}
