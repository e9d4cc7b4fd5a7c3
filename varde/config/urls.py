"""Every address of the house."""

from django.urls import path

from varde.web import away, health, programmes, signin
from varde.web.alerts import alerts
from varde.web.care import page as care
from varde.web.care import times, unit_tasks
from varde.web.coordinator import patients as coordinator
from varde.web.doctor import asked as doctor_asked
from varde.web.doctor import notes
from varde.web.doctor import patients as doctor
from varde.web.leader import figures
from varde.web.meeting import case as meeting_case
from varde.web.meeting import pages as meeting_pages
from varde.web.nurse import (
    asking,
    following,
    handle,
    not_reported,
    passing,
    plans,
    record,
    shift,
    tasks,
    views,
    watch,
    worklist,
)
from varde.web.office import hours, overview
from varde.web.ordering import page as ordering
from varde.web.ordering import usual
from varde.web.outreach import patients as outreach
from varde.web.patient import again, appointment, course, history, me, measure, plan, result, today
from varde.web.plan import edit as plan_edit
from varde.web.plan import page as plan_page
from varde.web.record import goals, pause, rhythm

MEETINGS = [
    path(f"{where}/{tail}", view)
    for where in ("nurse", "doctor", "coordinator")
    for tail, view in (
        ("meetings", meeting_pages.all_meetings),
        ("meeting/<uuid:meeting>", meeting_pages.one_meeting),
        ("meeting/<uuid:meeting>/now", meeting_pages.now),
        ("meeting/<uuid:meeting>/patient/<uuid:case>", meeting_case.one_case),
    )
]
urlpatterns = [
    *MEETINGS,
    path("", signin.front),
    path("healthz", health.healthz),
    path("sign-in", signin.sign_in),
    path("seat", signin.choose_seat),
    path("sign-out", signin.sign_out),
    path("language", signin.language),
    path("demo/<slug:username>", signin.demo_sign_in),
    path("patient/", today.today),
    path("patient/measure/", measure.start),
    path("patient/measure/look-over", measure.look_over),
    path("patient/measure/send", measure.send),
    path("patient/measure/<slug:slug>", measure.step),
    path("patient/result/", result.newest),
    path("patient/result/<uuid:report_id>", result.result),
    path("patient/result/<uuid:report_id>/read", result.read),
    path("patient/result/<uuid:report_id>/again", again.again),
    path("patient/plan", plan.plan),
    path("patient/plan.pdf", plan.pdf),
    path("patient/plan/goals", plan.goals),
    path("patient/plan/tick", plan.tick),
    path("patient/plan/agree", plan.agree),
    path("patient/plan/start/<slug:medication>", course.start),
    path("patient/plan/started/<uuid:course>", course.started),
    path("patient/plan/course/<uuid:course>/strike", plan.strike),
    path("patient/appointment", appointment.appointment),
    path("patient/history", history.history),
    path("patient/home", today.home),
    path("patient/message/<uuid:message>/read", today.read),
    path("patient/me", me.me),
    path("nurse/", worklist.page),
    path("nurse/rows", worklist.rows),
    path("nurse/take/<uuid:item>", worklist.take),
    path("nurse/item/<uuid:item>", worklist.item_now),
    path("nurse/touch/<uuid:item>", worklist.touch),
    path("nurse/give-back/<uuid:item>", worklist.give_back),
    path("nurse/acknowledge", worklist.acknowledge),
    path("nurse/handle/<uuid:item>", handle.handle),
    path("nurse/contact/<uuid:patient>", handle.contact),
    path("nurse/search", worklist.find),
    path("nurse/give/<uuid:item>", passing.give),
    path("nurse/snooze/<uuid:item>", passing.snooze),
    path("nurse/wake/<uuid:item>", passing.wake),
    path("nurse/undo", passing.undo),
    path("nurse/view", views.view),
    path("nurse/alerts", alerts),
    path("leader/alerts", alerts),
    path("nurse/tasks", tasks.page),
    path("nurse/tasks/new", tasks.new_of_team),
    path("nurse/tasks/<uuid:task>", tasks.act),
    path("nurse/shift", shift.page),
    path("nurse/watch", watch.give),
    path("nurse/watch/<uuid:row>", watch.act),
    path("nurse/handover", shift.tell),
    path("nurse/handover/<uuid:note>/read", shift.read),
    path("nurse/absence", away.absent),
    path("nurse/patient/<uuid:patient>/nurse", shift.name),
    path("nurse/patient/<uuid:patient>/task", tasks.new),
    path("nurse/not-reported", not_reported.not_reported),
    path("nurse/plans", plans.plans),
    path("nurse/patient/<uuid:patient>/message", not_reported.write),
    path("nurse/patient/<uuid:patient>", record.record),
    path("nurse/patient/<uuid:patient>/limits", ordering.limits),
    path("nurse/patient/<uuid:patient>/goals", goals.goal_conversation),
    path("nurse/patient/<uuid:patient>/plan", plan_page.plan),
    path("nurse/patient/<uuid:patient>/plan.pdf", plan_page.pdf),
    path("nurse/patient/<uuid:patient>/plan/edit", plan_edit.edit),
    path("nurse/patient/<uuid:patient>/care", care.care),
    path("nurse/patient/<uuid:patient>/pause", pause.pause),
    path("nurse/patient/<uuid:patient>/rhythm", rhythm.rhythm),
    path("nurse/patient/<uuid:patient>/ask", asking.ask),
    path("nurse/patient/<uuid:patient>/following", following.following),
    path("doctor/", doctor.patients),
    path("nurse/programmes", programmes.programmes),
    path("doctor/programmes", programmes.programmes),
    path("doctor/absence", away.absent),
    path("doctor/patient/<uuid:patient>/order", doctor_asked.order),
    path("doctor/programmes/sign", programmes.sign),
    path("doctor/patient/<uuid:patient>", doctor.record),
    path("doctor/patient/<uuid:patient>/limits", ordering.limits),
    path("doctor/patient/<uuid:patient>/plan", plan_page.plan),
    path("doctor/patient/<uuid:patient>/plan.pdf", plan_page.pdf),
    path("doctor/patient/<uuid:patient>/plan/edit", plan_edit.edit),
    path("doctor/patient/<uuid:patient>/care", care.care),
    path("doctor/times", times.times),
    path("doctor/tasks/<uuid:task>", unit_tasks.done),
    path("doctor/patient/<uuid:patient>/usual", usual.set_),
    path("doctor/patient/<uuid:patient>/note", notes.write),
    path("doctor/patient/<uuid:patient>/answer", doctor.answer),
    path("coordinator/", coordinator.patients),
    path("coordinator/patient/<uuid:patient>", coordinator.record),
    path("coordinator/patient/<uuid:patient>/goals", goals.goal_conversation),
    path("coordinator/patient/<uuid:patient>/plan", plan_page.plan),
    path("coordinator/patient/<uuid:patient>/plan.pdf", plan_page.pdf),
    path("coordinator/patient/<uuid:patient>/plan/edit", plan_edit.edit),
    path("coordinator/patient/<uuid:patient>/care", care.care),
    path("coordinator/times", times.times),
    path("coordinator/patient/<uuid:patient>/pause", pause.pause),
    path("coordinator/patient/<uuid:patient>/responsible", coordinator.responsible),
    path("coordinator/tasks/<uuid:task>", unit_tasks.done),
    path("outreach/", outreach.patients),
    path("outreach/tasks/<uuid:task>", unit_tasks.done),
    path("outreach/patient/<uuid:patient>", outreach.record),
    path("outreach/patient/<uuid:patient>/care", care.care),
    path("outreach/patient/<uuid:patient>/plan", plan_page.plan),
    path("outreach/patient/<uuid:patient>/plan/edit", plan_edit.edit),
    path("outreach/patient/<uuid:patient>/plan.pdf", plan_page.pdf),
    path("leader/", figures.figures),
    path("office/", overview.overview),
    path("office/hours/<uuid:unit>", hours.hours),
    path("office/hours/<uuid:unit>/<slug:programme>", hours.hours),
]
handler404 = "varde.web.errors.not_found"
handler403 = "varde.web.errors.denied"
handler500 = "varde.web.errors.server_error"
