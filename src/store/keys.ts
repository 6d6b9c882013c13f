import type { Urn } from '../channels/channel.ts';

/** Every key of one city. All begin with one hash tag, so that one script may touch any of them, on a cluster too. */
export type Keys = ReturnType<typeof keysOf>;

/** The keys of a city; beside each stands what lies under it. */
export function keysOf(city: string) {
  const key = <const Rest extends string>(rest: Rest) => `{${city}}:${rest}` as const;
  return {
    /**
     * hash: instance, schema, created_at, pseudonym_key, audit_seq, city_version, owner_token; restores (how often older data
     * were put back); in safe mode: safe_since (ms), safe_dropped (messages that waited then), safe_told
     */
    meta: key('meta'),
    /** stream: op, what, who (a pseudonym), n (the number in sequence) */
    audit: key('audit'),
    /** hash: version, contact (JSON Contact), talks (JSON Talks), clock (GCRA of updates), last_message (MessageRef), gone (why) */
    person: (urn: Urn) => key(`person:${urn}`),
    /** zset: operation id → when it was committed (ms); 48 h. By pseudonym: it outlives a person who is forgotten */
    seen: (pseudonym: string) => key(`seen:${pseudonym}`),
    /** zset: CaseId → when it was filed (ms) */
    personCases: (urn: Urn) => key(`person:${urn}:cases`),
    /** zset: CaseId → since when (ms): cases of others that this person follows */
    personFollows: (urn: Urn) => key(`person:${urn}:follows`),
    /** zset: Urn → when a year without a word is over (ms) */
    personsDue: key('persons:due'),
    /** zset: Urn → since when (ms): who has this role in this region or unit */
    staff: (role: string, scope: string) => key(`staff:${role}:${scope}`),
    /** hash: grant (JSON), until (ms), left, by: an offer of a role behind a link */
    invitation: (token: string) => key(`invitation:${token}`),
    /** zset: pseudonym → when this person was forgotten (ms) */
    forgotten: key('forgotten'),
    /** zset: Urn → when the talk of this person expires (ms) */
    talksExpiring: key('talks:expiring'),

    /** hash: version, record (JSON HazardCase), sum (of the record): what the events have made of the case */
    case: (id: string) => key(`case:${id}`),
    /** stream: event (JSON CaseEvent): what happened to the case, appended; rewritten whole only where less is to be kept */
    caseEvents: (id: string) => key(`case:${id}:events`),
    /** zset: Urn → since when (ms): who hears of the case */
    caseFollowers: (id: string) => key(`case:${id}:followers`),
    /** string: CaseId */
    caseNumber: (number: string) => key(`case-number:${number}`),
    /** zset: CaseId → when it came into this state (ms) */
    casesIn: (state: string) => key(`cases:in:${state}`),

    /** zset: CaseId → when it was filed (ms): its place lies in no region that we know */
    casesNowhere: key('cases:nowhere'),
    /** zset: CaseId → by when (ms) whoever looks at this list must have done something */
    casesWork: (list: string) => key(`cases:work:${list}`),
    /** geo: CaseId by place: the open cases of a category */
    casesNear: (category: string) => key(`cases:near:${category}`),
    /** geo: CaseId by place: the closed cases of a category whose exact place is still kept */
    casesEnded: (category: string) => key(`cases:ended:${category}`),
    /** zset: Urn → since when (ms): who hears of accepted cases of this group (or of all, *) in this region */
    subscribers: (region: string, group: string) => key(`subscribers:${region}:${group}`),
    /** zset: CaseId → when it was filed (ms): the open cases at one address */
    casesAt: (address: string) => key(`cases:at:${address}`),
    /** zset: CaseId → when time brings something about (ms): a warning, a step of the ladder, an end */
    casesClock: key('cases:clock'),
    /** zset: `<CaseId> <n>` → since when (ms) the n-th event waits to be told to those who follow */
    casesNews: key('cases:news'),
    /** zset: CaseId → when it was filed (ms): all cases */
    casesFiled: key('cases:filed'),
    /** zset: CaseId → when something last happened to it (ms): all cases */
    casesChanged: key('cases:changed'),
    /** zset: CaseId → when less of it is kept (ms) */
    casesDue: key('cases:due'),
    /** zset: `<CaseId> <same> <file>` → when the photo is to be fetched (ms) */
    photosWanted: key('photos:wanted'),
    /** zset: `<CaseId> <same>` → since when the photo may be deleted (ms) */
    photosUnwanted: key('photos:unwanted'),

    /** hash: id → where a program wants to be told of case events (JSON Hook) */
    hooks: key('hooks'),
    /** zset: `<hook> <CaseId> <n> <since>` → when (ms) this event is to be told next */
    hooksDue: key('hooks:due'),
    /** hash: SHA-256 of a key → who may hand in reports with it (JSON ApiKey) */
    apiKeys: key('api-keys'),

    /** hash: current (a version's number), and by version number the part (regions, categories …) as JSON */
    cityPart: (part: string) => key(`city:${part}`),
    /** stream: change (JSON CityChange): what was imported or undone, only ever appended */
    cityChanges: key('city:changes'),

    /** hash: Urn → the messages that wait for this person, oldest first: lane (r or b), number, tries, length, JSON; see outbox-scripts.ts */
    outbox: key('outbox'),
    /** zset: Urn → from when (ms) the first message may go; replies */
    outboxReady: key('outbox:ready'),
    /** zset: the same for bulk, which yields to replies */
    outboxBulk: key('outbox:bulk'),
    /** hash: Urn → when the claim on the first message lapses (ms), its number, and the process that claimed it */
    outboxClaims: key('outbox:claims'),
    /** hash: version, record (JSON Broadcast) */
    broadcast: (id: string) => key(`broadcast:${id}`),
    /** zset: BroadcastId → when it was made (ms): all */
    broadcasts: key('broadcasts'),
    /** zset: BroadcastId → when it goes out next (ms) */
    broadcastsDue: key('broadcasts:due'),
    /** zset: RunId → its slot (ms): its audience is still to be laid down */
    broadcastsStarting: key('broadcasts:starting'),
    /** zset: RunId → its slot (ms): something is still kept of who was in its audience */
    broadcastsKept: key('broadcasts:kept'),
    /** zset: RunId → its slot (ms): its end is still to be told */
    broadcastsWatched: key('broadcasts:watched'),
    /** zset: `<BroadcastId> <what>` → since when (ms) organisers are to be told of it */
    broadcastsNews: key('broadcasts:news'),
    /** zset: Urn → when they were forgotten (ms): still to be struck out of audiences */
    broadcastsStriking: key('broadcasts:striking'),
    /** zset: pseudonym → when this organiser last sent something urgent alone (ms) */
    broadcastsGlass: key('broadcasts:glass'),
    /** zset: a mark of a person for this broadcast alone, and their region → when they said that they know (ms) */
    broadcastHeard: (id: string) => key(`broadcast:${id}:heard`),
    /** hash: region (or -) → how many said so, of marks that are not kept any more */
    broadcastKnown: (id: string) => key(`broadcast:${id}:known`),
    /** zset: a mark as above and their words (JSON Words) → when they said so (ms) */
    broadcastReplies: (id: string) => key(`broadcast:${id}:replies`),
    /** hash: `<RunId> <Urn>` → the person's version, the message and a digest of what it shows: progress as it is watched */
    broadcastCards: key('broadcasts:cards'),
    /** zset: RunId → its turn: what is urgent first, then since when (ms) it is sent */
    broadcastsSending: key('broadcasts:sending'),
    /** hash: state, kind, total, cursor (so many have had their turn), settled, not_after (ms), why it stopped, let_pass (unknown ones that somebody let pass); by outcome: how many */
    broadcastRun: (id: string) => key(`broadcast:${id}:run`),
    /** hash: number of a chunk → its recipients, packed; see audience.ts */
    broadcastAudience: (id: string) => key(`broadcast:${id}:audience`),
    /** string: one byte a recipient, in the audience's order: what became of it; see ledger.ts */
    broadcastOutcomes: (id: string) => key(`broadcast:${id}:outcomes`),
    /** string: four bytes a recipient: the message that was delivered, as long as it may be corrected */
    broadcastMessages: (id: string) => key(`broadcast:${id}:messages`),
    /** zset: a recipient's place → from when (ms) it is tried again */
    broadcastAgain: (id: string) => key(`broadcast:${id}:again`),

    /** hash: version, record (JSON Volunteer) */
    volunteer: (id: string) => key(`volunteer:${id}`),
    /** string: VolunteerId */
    volunteerOf: (urn: Urn) => key(`volunteer-of:${urn}`),
    /** zset: VolunteerId → since when (ms): who may be asked, by the community they chose */
    volunteersIn: (region: string) => key(`volunteers:in:${region}`),
    /** hash: Urn → the region that they chose: all who may be asked */
    volunteers: key('volunteers'),
    /** zset: VolunteerId → when they applied (ms): still to be looked at */
    volunteersApplied: key('volunteers:applied'),
    /** zset: VolunteerId → when they were asked back or declined (ms): kept for a while, and then no more */
    volunteersLapsing: key('volunteers:lapsing'),
    /** zset: VolunteerId → when they were last offered a task (ms) */
    volunteersOffered: key('volunteers:offered'),
    /** zset: Urn → since when (ms): was forgotten, and is still to be taken out of tasks and lists */
    volunteersLeaving: key('volunteers:leaving'),
    /** zset: TaskId → when it begins (ms): what they took, as long as it counts for their thanks */
    volunteerTasks: (id: string) => key(`volunteer:${id}:tasks`),
    /** hash: version, record (JSON Team) */
    team: (id: string) => key(`team:${id}`),
    /** zset: TeamId → when it was made (ms) */
    teams: key('teams'),
    /** zset: VolunteerId → since when (ms) */
    teamMembers: (id: string) => key(`team:${id}:members`),
    /** hash: version, record (JSON Task), open ('1' as long as it may be taken), stirred (how often its places or those who wait have changed) */
    task: (id: string) => key(`task:${id}`),
    /** zset: VolunteerId → when they took it (ms); never more than are needed */
    taskTakers: (id: string) => key(`task:${id}:takers`),
    /** zset: VolunteerId → since when (ms) they wait for a place */
    taskWaiting: (id: string) => key(`task:${id}:waiting`),
    /** zset: VolunteerId → when it was offered to them (ms), or they asked about it */
    taskOffers: (id: string) => key(`task:${id}:offers`),
    /** hash: VolunteerId → how they do in it (JSON Part) */
    taskParts: (id: string) => key(`task:${id}:parts`),
    /** zset: TaskId → when it begins (ms), by the region that it was made for */
    tasksIn: (region: string) => key(`tasks:in:${region}`),
    /** zset: TaskId → when it begins (ms): all that are kept */
    tasks: key('tasks'),
    /** zset: TaskId → when time brings something about (ms): a wave of offers, a reminder, the end */
    tasksClock: key('tasks:clock'),
    /** zset: TaskId → when less of it is kept (ms) */
    tasksKept: key('tasks:kept'),
    /** string: TaskId, of the case for which it was made */
    taskOfCase: (id: string) => key(`case-task:${id}`),
    /** hash: version, record (JSON TaskPlan) */
    taskPlan: (id: string) => key(`task-plan:${id}`),
    /** zset: TaskPlanId → when its next task is to be made (ms) */
    taskPlansDue: key('task-plans:due'),
    /** zset: `<what> <ids>` → from when (ms) somebody is to be told of it */
    volunteeringNews: key('volunteering:news'),
    /** hash: version, record (JSON Mediation) */
    mediation: (id: string) => key(`mediation:${id}`),
    /** zset: MediationId → when it was asked for (ms): nobody has closed it yet */
    mediationsOpen: key('mediations:open'),
    /** string: MediationId: what this person asked for last */
    mediationOf: (urn: Urn) => key(`mediation-of:${urn}`),
    /** hash: `<region> <kind> <outcome>` → how many: all that is kept of mediations that are closed */
    mediationsClosed: key('mediations:closed'),
    /** hash: hours, tasks, from, until, at (ms): what a certificate says, and nothing about whose it is */
    certificate: (code: string) => key(`certificate:${code}`),

    /** hash: key → the newest version of a questionnaire that was brought in (JSON Questionnaire) */
    questionnaires: key('questionnaires'),
    /** hash: version, record (JSON Member): who agreed to be asked */
    surveyMember: (urn: Urn) => key(`survey-member:${urn}`),
    /** zset: Urn → since when (ms): all who agreed */
    surveyMembers: key('survey-members'),
    /** zset: Urn → since when (ms): was forgotten, and is still to be taken out of surveys */
    surveysLeaving: key('surveys:leaving'),
    /** hash: version, state, record (JSON Wave), left (how many were taken out of it) */
    wave: (id: string) => key(`wave:${id}`),
    /** zset: WaveId → when it was opened (ms): all */
    waves: key('waves'),
    /** zset: WaveId → when time brings something about (ms) */
    wavesClock: key('waves:clock'),
    /** hash: key (seals its ballots), seed (of its draw), both sealed; gone once it is closed */
    waveSecrets: (id: string) => key(`wave:${id}:secrets`),
    /** hash: Urn → how far they are (JSON Entry); never what they answered; gone once it is closed */
    waveLedger: (id: string) => key(`wave:${id}:ledger`),
    /** hash: a name that only the wave's key can make of a person → their answers, sealed with it; gone once it is closed */
    waveBallots: (id: string) => key(`wave:${id}:ballots`),
    /** string: whom the wave could ask, a member number and a stratum a line, as its opening has published the digest */
    waveFrame: (id: string) => key(`wave:${id}:frame`),
    /** string: what later waves are compared with (JSON KeptSums) */
    waveSums: (id: string) => key(`wave:${id}:sums`),
    /** string: the answers of a closed wave (JSON Response[]), shuffled, of nobody */
    waveResponses: (id: string) => key(`wave:${id}:responses`),
    /** string: what a closed wave says (JSON WaveResults), as anybody may see it */
    waveResults: (id: string) => key(`wave:${id}:results`),
    /** zset: `<WaveId> <what>` → since when (ms) organisers are to be told of it */
    wavesNews: key('waves:news'),

    /** stream: what could not be delivered: to, reason, message */
    outboxDead: key('outbox:dead'),
    /** hash: seq (the last number given to a message), next, next_bulk (GCRA clocks, ms), paused_until (ms); Urn → the chat's GCRA clock (ms) */
    pace: key('pace'),
    /** zset: process → its last sign of life (ms) */
    processes: key('processes'),
    /** what version 2 of the data kept of its outbox: the messages that waited, and what may go without a loss */
    formerOutbox: { queue: key('outbox:queue'), rest: [key('outbox:seq'), key('pace:chats')] },
    /** hash: job → its interval and last run (JSON JobRecord) */
    jobs: key('jobs'),
    /** hash: job → when (ms) an operator asked for a run of it */
    jobRequests: key('jobs:requests'),
    /** string: the process that holds the lease */
    lease: (name: string) => key(`lease:${name}`),
  } as const;
}
