"""Addresses of the yearly round; all of them ask for a sign-in."""

from django.urls import path

from cofund.web.office.rounds import activities, listing, own, plan_forms, plans, report_forms, reports, starting, steps

urlpatterns = [
    path("round/", listing.listed, name="office-round"),
    path("partner/<slug:slug>/round/", own.page, name="office-partner-round"),
    path("round/activities/<slug:scheme>/new/", activities.new, name="office-activity-new"),
    path("round/plans/<slug:scheme>/new/", starting.plan, name="office-plan-new"),
    path("round/plans/<int:key>/", plans.one, name="office-plan"),
    path("round/plans/<int:key>/line/", plan_forms.line, name="office-plan-line"),
    path("round/plans/<int:key>/lines/<int:number>/remove/", plan_forms.remove, name="office-plan-line-remove"),
    path("round/plans/<int:key>/<slug:step>/", steps.of_plan, name="office-plan-step"),
    path("round/reports/<slug:scheme>/new/", starting.report, name="office-report-new"),
    path("round/reports/<str:reference>/", reports.one, name="office-report"),
    path("round/reports/<str:reference>/line/", report_forms.line, name="office-report-line"),
    path(
        "round/reports/<str:reference>/lines/<int:number>/remove/",
        report_forms.remove,
        name="office-report-line-remove",
    ),
    path("round/reports/<str:reference>/lines/<int:number>/in-kind/", report_forms.in_kind, name="office-in-kind"),
    path(
        "round/reports/<str:reference>/lines/<int:number>/in-kind/<int:one>/remove/",
        report_forms.remove_in_kind,
        name="office-in-kind-remove",
    ),
    path("round/reports/<str:reference>/lines/<int:number>/evidence/", report_forms.prove, name="office-evidence-new"),
    path("round/reports/<str:reference>/evidence/<int:key>/", reports.evidence, name="office-evidence"),
    path("round/reports/<str:reference>/certificate/file/", reports.certificate, name="office-certificate"),
    path("round/reports/<str:reference>/<slug:step>/", steps.of_report, name="office-report-step"),
]
