package io.sentinelmesh.db;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.sentinelmesh.db");

    @Test
    void the_store_knows_measurements_and_nothing_of_frames() {
        classes().that().resideInAPackage("io.sentinelmesh.db..").should().onlyDependOnClassesThat()
                .resideInAnyPackage("io.sentinelmesh.db..", "io.sentinelmesh.measurement..", "java..", "javax.sql..",
                        "org.postgresql..", "org.flywaydb..", "com.zaxxer.hikari..", "org.tukaani.xz..", "org.slf4j..",
                        "org.jspecify..")
                .check(MODULE);
    }

    @Test
    void only_the_databases_packages_speak_jdbc() {
        noClasses().that().resideOutsideOfPackages("..db.postgres..", "..db.embedded..").should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.zaxxer..", "org.flywaydb..")
                .check(MODULE);
    }

    @Test
    void the_stores_face_does_not_tell_which_database_is_behind_it() {
        noClasses().that().resideInAPackage("io.sentinelmesh.db").and().doNotHaveSimpleName("Stores").should()
                .dependOnClassesThat().resideInAnyPackage("..db.postgres..", "..db.embedded..").check(MODULE);
    }

    @Test
    void the_embedded_server_knows_nothing_of_tables() {
        noClasses().that().resideInAPackage("..db.embedded..").should().dependOnClassesThat()
                .resideInAPackage("..db.postgres..").check(MODULE);
    }
}
