"""Past projects with all that belongs to them, and records of the Research Organization Registry, exactly as imported.

Every row keeps the run that last changed it. Text has no stated length, because the source states none and the two
databases must accept the same rows. Amounts are whole cents of euro; an amount that the source leaves out is NULL,
never 0. Nothing here is edited by hand: the next import would undo it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper


class ImportRun(models.Model):
    """One import of one file: what it was, when it ran, what it changed. Not finished: `finished_at` is empty."""

    source = models.CharField("what kind of file it was, e.g. `CORDIS CSV`", max_length=40)
    file_name = models.CharField(max_length=255)
    file_bytes = models.BigIntegerField("size of the file, in bytes")
    file_sha256 = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField("why it stopped, where it did", blank=True)
    counts: models.JSONField[Any, Any] = models.JSONField("rows read, added, changed, …, by table", default=dict)
    rejected = models.PositiveBigIntegerField("rows that were not taken", default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Import {self.pk} of {self.file_name}"


class ImportReject(models.Model):
    """One row of a file that was not taken, and why. A run keeps the first thousand; its report file has all."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejects")
    member = models.TextField("file inside the archive")
    line = models.PositiveIntegerField("line in that file where the row ends, from 1")
    column = models.TextField(blank=True)
    value = models.TextField("what stood there, shortened", blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.member} line {self.line}: {self.reason}"


class Imported(models.Model):
    """A row that came with an import: `run` is the one that last changed it.

    Here and below, foreign keys of imported rows are not checked by the database a second time. The import rejects a
    row of an unknown project, and writes organisations and codes before what speaks of them; on PostgreSQL the checks
    would take a quarter of the whole load. Django still protects what is referred to from deletion.
    """

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        abstract = True


class PastTopic(Imported):
    """A topic under which past projects were funded."""

    code = models.TextField(primary_key=True)
    title = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class FieldOfScience(Imported):
    """A field of the European Science Vocabulary, by its code path, e.g. `/23/53/373`."""

    code = models.TextField(primary_key=True)
    path = models.TextField("the titles from the root down", blank=True)
    title = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class LegalBasis(Imported):
    """A part of a framework programme that projects rest on, e.g. `HORIZON.2.5`."""

    code = models.TextField(primary_key=True)
    title = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class PastOrganisation(Imported):
    """A legal body as CORDIS knows it: the latest statement of its details, the gaps filled from earlier ones."""

    pic = models.BigIntegerField("participant identification code", primary_key=True)
    name = models.TextField(blank=True)
    short_name = models.TextField(blank=True)
    vat_number = models.TextField(blank=True)
    sme = models.BooleanField("small or medium-sized enterprise", null=True)
    activity_type = models.TextField("HES, REC, PRC, PUB or OTH", blank=True)
    street = models.TextField(blank=True)
    post_code = models.TextField(blank=True)
    city = models.TextField(blank=True)
    country = models.TextField("two letters, EL and UK as the Union writes them", blank=True)
    nuts_code = models.TextField(blank=True)
    geolocation = models.TextField("latitude and longitude in degrees, with a comma between", blank=True)
    url = models.TextField(blank=True)
    rcn = models.BigIntegerField("record number in CORDIS", null=True)
    content_updated_at = models.DateTimeField("how recent the latest statement is", null=True)

    class Meta:
        ordering = ["pic"]
        indexes = [
            models.Index(fields=["country"], name="past_organisation_country"),
            # An organisation of the directory is looked for by its name, however it is capitalised, and by its VAT number.
            models.Index(Upper("name"), name="past_organisation_name"),
            models.Index(fields=["vat_number"], name="past_organisation_vat", condition=~Q(vat_number="")),
        ]

    def __str__(self) -> str:
        return self.name or f"PIC {self.pic}"


class PastProject(Imported):
    """A project of an earlier or another programme, by its grant agreement number."""

    id = models.BigIntegerField("grant agreement number", primary_key=True)
    acronym = models.TextField(blank=True)
    status = models.TextField("SIGNED, CLOSED or TERMINATED", blank=True)
    title = models.TextField(blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    # NULL where the source says 0 beside a contribution above 0: a lump sum has no stated cost.
    total_cost_cents = models.BigIntegerField(null=True)
    ec_max_contribution_cents = models.BigIntegerField("most that the Union gives", null=True)
    main_legal_basis = models.TextField(blank=True)
    main_topic = models.TextField(blank=True)
    signed_on = models.DateField("signature by the Commission or its agency", null=True)
    framework_programme = models.TextField(blank=True)
    master_call = models.TextField(blank=True)
    sub_call = models.TextField(blank=True)
    funding_scheme = models.TextField(blank=True)
    objective = models.TextField(blank=True)
    content_updated_at = models.DateTimeField(null=True)
    rcn = models.BigIntegerField("record number in CORDIS", null=True)
    grant_doi = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    organisations: models.ManyToManyField[PastOrganisation, Any] = models.ManyToManyField(
        PastOrganisation, through="PastParticipation", related_name="projects"
    )
    topics: models.ManyToManyField[PastTopic, Any] = models.ManyToManyField(
        PastTopic, through="PastProjectTopic", related_name="projects"
    )
    fields_of_science: models.ManyToManyField[FieldOfScience, Any] = models.ManyToManyField(
        FieldOfScience, through="PastProjectField", related_name="projects"
    )
    legal_bases: models.ManyToManyField[LegalBasis, Any] = models.ManyToManyField(
        LegalBasis, through="PastProjectLegalBasis", related_name="projects"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.acronym or str(self.id)


class PastParticipation(Imported):
    """An organisation in a past project, in one role and position, with what the source says of it there.

    An organisation can stand in a project several times: as participant until a day, then as a third party, or for two
    of its departments. That is why role and position belong to the key.
    """

    project = models.ForeignKey(
        PastProject, models.PROTECT, related_name="participations", db_index=False, db_constraint=False
    )
    organisation = models.ForeignKey(
        PastOrganisation, models.PROTECT, related_name="participations", db_constraint=False
    )
    role = models.TextField("coordinator, participant, associatedPartner, thirdParty, …")
    position = models.PositiveIntegerField("`order` of the source; 0 where it is not stated")
    sme = models.BooleanField("small or medium-sized enterprise", null=True)
    activity_type = models.TextField(blank=True)
    city = models.TextField(blank=True)
    country = models.TextField(blank=True)
    nuts_code = models.TextField(blank=True)
    geolocation = models.TextField(blank=True)
    url = models.TextField(blank=True)
    # Of the Union. NULL for those who take part without Union money: how much they give is not published.
    ec_contribution_cents = models.BigIntegerField(null=True)
    net_ec_contribution_cents = models.BigIntegerField("without what is passed on to third parties", null=True)
    total_cost_cents = models.BigIntegerField("NULL where the source has no figure, or a 0 that cannot be", null=True)
    ended = models.BooleanField("participation ended before the project", null=True)

    class Meta:
        ordering = ["project", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organisation", "role", "position"], name="past_participation_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.project_id} as {self.role}"


class PastProjectTopic(Imported):
    """That a past project was funded under a topic."""

    # The index of a link's other end is named in `Meta`: on PostgreSQL Django would otherwise add one more, for LIKE.

    project = models.ForeignKey(
        PastProject, models.PROTECT, related_name="topic_links", db_index=False, db_constraint=False
    )
    topic = models.ForeignKey(
        PastTopic, models.PROTECT, related_name="project_links", db_index=False, db_constraint=False
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "topic"], name="past_project_topic_key")]
        indexes = [models.Index(fields=["topic"], name="past_project_topic")]

    def __str__(self) -> str:
        return f"{self.project_id} under {self.topic_id}"


class PastProjectField(Imported):
    """That CORDIS placed a past project in a field of science."""

    project = models.ForeignKey(
        PastProject, models.PROTECT, related_name="field_links", db_index=False, db_constraint=False
    )
    field = models.ForeignKey(
        FieldOfScience, models.PROTECT, related_name="project_links", db_index=False, db_constraint=False
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "field"], name="past_project_field_key")]
        indexes = [models.Index(fields=["field"], name="past_project_field")]

    def __str__(self) -> str:
        return f"{self.project_id} in {self.field_id}"


class PastProjectLegalBasis(Imported):
    """That a past project rests on a part of its framework programme; one of them is the unique part it counts to."""

    project = models.ForeignKey(
        PastProject, models.PROTECT, related_name="legal_basis_links", db_index=False, db_constraint=False
    )
    legal_basis = models.ForeignKey(
        LegalBasis, models.PROTECT, related_name="project_links", db_index=False, db_constraint=False
    )
    unique_programme_part = models.BooleanField("the part under which the project is counted once", null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "legal_basis"], name="past_project_legal_basis_key")]
        indexes = [models.Index(fields=["legal_basis"], name="past_project_legal_basis")]

    def __str__(self) -> str:
        return f"{self.project_id} on {self.legal_basis_id}"


class RorRecord(Imported):
    """A record of the Research Organization Registry (ROR), by the nine characters of its identifier. Source: ROR, CC0."""

    id = models.CharField("identifier, without its address", max_length=9, primary_key=True)
    name = models.TextField("name that the registry shows")
    status = models.TextField("active, inactive or withdrawn")
    country = models.TextField("ISO 3166-1 alpha-2", blank=True)
    established = models.IntegerField("year", null=True)
    # As the registry has them: `[{"value": "Wellcome", "types": ["label"], "lang": "en"}, …]`.
    names: models.JSONField[Any, Any] = models.JSONField(default=list)
    types: models.JSONField[Any, Any] = models.JSONField(default=list)
    links: models.JSONField[Any, Any] = models.JSONField(default=list)
    external_ids: models.JSONField[Any, Any] = models.JSONField(default=list)
    relationships: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class RorName(models.Model):
    """One name of a ROR record in the form by which it is looked for: without accents, capitals and legal forms."""

    record = models.ForeignKey(RorRecord, models.CASCADE, related_name="searched_names", db_constraint=False)
    key = models.TextField("all its words")
    first_word = models.TextField()
    country = models.TextField("of the record", blank=True)

    class Meta:
        ordering = ["record", "key"]
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="ror_name_once")]
        indexes = [
            models.Index(fields=["key"], name="ror_name_key"),
            models.Index(fields=["first_word", "country"], name="ror_name_first_word"),
        ]

    def __str__(self) -> str:
        return self.key
