import type { Urn } from '../channels/channel.ts';

/** All keys of one city. They share one hash tag, so that one script may use any of them, also on a cluster. */
export type Keys = ReturnType<typeof keysOf>;

/** Builds the keys of a city. Each comment gives the Redis type, then member → meaning (unit). */
export function keysOf(city: string) {
  const key = <const Rest extends string>(rest: Rest) => `{${city}}:${rest}` as const;
  return {
    /**
     * hash: instance, schema, created_at, kind (demo | real), city, data_key (sealed), probed_at (ms),
     * pseudonym_sealed, history_rewritten_at (ms), audit_seq, city_version, owner_token, restores (count),
     * public_page (since when it is on, ms);
     * in safe mode: safe_since (ms), safe_dropped (number of discarded messages), safe_told
     */
    meta: key('meta'),
    /** stream: op, what, who (a pseudonym), at (ms), n (sequence number) */
    audit: key('audit'),
    /** hash: n (number of the last sealed entry), id (its stream id), hash (SHA-256 over all entries up to it) */
    auditHead: key('audit:head'),
    /** hash: n → the hash over all entries up to n; one for each sealing */
    auditSeals: key('audit:seals'),
    /**
     * hash: version, contact (JSON Contact), contact_sum, talks (JSON Talks), clock (GCRA of updates, ms), last_message (MessageRef),
     * gone (reason why the person cannot be reached), volunteer (VolunteerId; it may be missing or outdated),
     * held (number of messages that wait until the person may be written to). A linked address: version, alias (the person's
     * first Urn), last_message, gone, held
     */
    person: (urn: Urn) => key(`person:${urn}`),
    /** hash: urn, address (that typed it): a code that joins two addresses, by its hash. It expires */
    linkCode: (hash: string) => key(`link-code:${hash}`),
    /** hash: urn: a code that brings a person back in a new browser, by its keyed hash. It expires */
    returnCode: (hash: string) => key(`return-code:${hash}`),
    /**
     * hash: pseudonym → wrong codes of an address, or of a block of network addresses, in this hour; `<block> <n>` → in its n-th
     * ten minutes; city → of all. It expires
     */
    linkTries: (hour: number) => key(`link-tries:${hour}`),
    /** hash: pseudonym → wrong codes of the second factor of this organiser in this hour. It expires */
    codeTries: (hour: number) => key(`code-tries:${hour}`),
    /** zset: operation id → when it was committed (ms); 48 h. Keyed by pseudonym: it outlives a forgotten person */
    seen: (pseudonym: string) => key(`seen:${pseudonym}`),
    /** zset: CaseId → when it was filed (ms) */
    personCases: (urn: Urn) => key(`person:${urn}:cases`),
    /** zset: CaseId → since when (ms): cases of other people that this person follows */
    personFollows: (urn: Urn) => key(`person:${urn}:follows`),
    /** zset: Urn → when a year without a message from this person ends (ms) */
    personsDue: key('persons:due'),
    /** zset: Urn → 0: all contacts in the order of their URNs, in which none ever moves */
    persons: key('persons'),
    /** zset: Urn → since when (ms): people with this role in this region or unit */
    staff: (role: string, scope: string) => key(`staff:${role}:${scope}`),
    /** hash: grant (JSON), until (ms), left (uses), by: a role offered by link */
    invitation: (token: string) => key(`invitation:${token}`),
    /**
     * hash: urn, link (JSON ConsoleLink), browser (JSON WaitingBrowser), session:<id> (JSON ConsoleSession),
     * seen:<id> (last use of that session, ms): how a person enters the console. Keyed by pseudonym: tokens name it.
     * It expires: it holds hashes of secrets that end by themselves, and no domain data
     */
    console: (pseudonym: string) => key(`console:${pseudonym}`),
    /** zset: Urn → when the active talk of this person expires (ms) */
    talksExpiring: key('talks:expiring'),

    /** hash: version, record (JSON HazardCase), sum, sum (checksum of record): the state that the events lead to */
    case: (id: string) => key(`case:${id}`),
    /** stream: event (JSON CaseEvent): the history of the case, append-only; retention rewrites it whole */
    caseEvents: (id: string) => key(`case:${id}:events`),
    /** zset: Urn → since when (ms): recipients of the case's news */
    caseFollowers: (id: string) => key(`case:${id}:followers`),
    /** string: CaseId */
    caseNumber: (number: string) => key(`case-number:${number}`),
    /** zset: CaseId → when it entered this state (ms) */
    casesIn: (state: string) => key(`cases:in:${state}`),

    /** zset: CaseId → when it was filed (ms): cases whose place lies in no known region */
    casesNowhere: key('cases:nowhere'),
    /** zset: CaseId → next deadline (ms) of an open case, end (ms) of an ended one; `owner` is desk:<region> or unit:<unit> */
    casesAtStage: (owner: string, stage: string) => key(`cases:stage:${owner}:${stage}`),
    /** zset: CaseId → deadline of the work on this list (ms) */
    casesWork: (list: string) => key(`cases:work:${list}`),
    /** geo: CaseId by place: open cases of a category */
    casesNear: (category: string) => key(`cases:near:${category}`),
    /** geo: CaseId by place: closed cases of all categories, until retention removes the exact place */
    casesEnded: key('cases:ended'),
    /** The same of one category, up to schema 6. */
    formerCasesEnded: (category: string) => key(`cases:ended:${category}`),
    /** zset: Urn → since when (ms): recipients of accepted cases of this group (* = all) in this region */
    subscribers: (region: string, group: string) => key(`subscribers:${region}:${group}`),
    /** zset: CaseId → when it was filed (ms): open cases at one address */
    casesAt: (address: string) => key(`cases:at:${address}`),
    /** zset: CaseId → next timed step (ms): a warning, an escalation or an end */
    casesClock: key('cases:clock'),
    /** zset: `<CaseId> <n>` → since when (ms) the n-th event waits to be sent to followers */
    casesNews: key('cases:news'),
    /** zset: CaseId → when it was filed (ms): all cases */
    casesFiled: key('cases:filed'),
    /** zset: CaseId → its last event (ms): all cases */
    casesChanged: key('cases:changed'),
    /** stream: id (CaseId): the newest writes of cases, also deletions, for the memories of processes */
    caseWrites: key('case-writes'),
    /** zset: CaseId → next step of its retention (ms) */
    casesDue: key('cases:due'),
    /** string: the last digest of deadlines that all staff got, 2026-12-01T08:30 */
    casesDigest: key('cases:digest'),
    /** zset: `<id of the case, visit or round> <same> <file>` → when to fetch the photo (ms) */
    photosWanted: key('photos:wanted'),
    /** zset: `<id of the case, visit or round> <same>` → from when the photo may be deleted (ms) */
    photosUnwanted: key('photos:unwanted'),

    /** hash: token → offer to take over an organiser's cases (JSON, hand-over.ts) */
    handOvers: key('hand-overs'),

    /** hash: id → webhook for case events (JSON WebhookSubscription) */
    hooks: key('hooks'),
    /** zset: `<hook> <CaseId> <n> <since>` → when to deliver this event next (ms) */
    hooksDue: key('hooks:due'),
    /** hash: SHA-256 of a key → a program that may submit reports (JSON ApiKey) */
    apiKeys: key('api-keys'),

    /** hash: current (version number); version number → this part (regions, categories …) as JSON */
    cityPart: (part: string) => key(`city:${part}`),
    /** hash: version number → a standard of the series (JSON Standard); a version never changes */
    standards: (series: string) => key(`standards:${series}`),
    /** hash: version, record (JSON Round), sum: a round of 创建 */
    round: (id: string) => key(`round:${id}`),
    /** zset: RoundId → when it was planned (ms): all */
    rounds: key('rounds'),
    /** hash: DocumentId → a document of these premises (JSON PremisesDocument) */
    documents: (premises: string) => key(`documents:${premises}`),
    /** zset: `<premises> <DocumentId>` → when the clock looks at it (ms) */
    documentsClock: key('documents-clock'),
    /** hash: the drills of a quarter with their watches (JSON DrillQuarter) */
    drills: (quarter: string) => key(`drills:${quarter}`),
    /** hash: reports about premises by month, and where there were few (JSON ReportCounts) */
    reportCounts: key('premises-reports'),
    /** hash: year → the plan of re-checks (JSON RecheckPlan); its list and its half of the seed are sealed */
    recheckPlans: key('recheck-plans'),
    /** zset: RoundId → when it was planned (ms): rounds of these premises */
    roundsOf: (premises: string) => key(`rounds:of:${premises}`),
    /** zset: RoundId → next timed step (ms) */
    roundsClock: key('rounds:clock'),
    /** hash: street → the day on which the notices of its last card of 公示 begin to end, 2026-11-27 */
    noticeCards: key('rounds:notice-cards'),
    /** string: the Monday whose digest of stuck rounds all leads got, 2026-11-23 */
    roundsDigest: key('rounds:digest'),
    /** hash: series → the approval under which it may name levels (JSON LegalBasis) */
    legalBases: key('legal-bases'),
    /** hash: premises → the premises that help them (JSON Pairing) */
    pairings: key('pairings'),
    /** stream: change (JSON CityChange): imports and undos, append-only */
    cityChanges: key('city:changes'),
    /** string: since when (ms) the demo's history is being written; it is absent once the history is complete */
    demoHistory: key('demo:history'),

    /** stream `<n>-0`: key, body (JSON Outgoing, or what it removes), at (ms), edits: a web chat for its page. It expires */
    webChat: (urn: Urn) => key(`web:${urn}:chat`),
    /** stream: urn: web chats that got an entry, for the pages of other processes. It expires */
    webTold: key('web:told'),
    /**
     * hash: endpoint (where the browser's push service rings, sealed), after (the earliest next ring, ms), failed (count),
     * loud (an announcement waits: its sender has obeyed the quiet hours). All but endpoint go when the page opens
     */
    webBell: (urn: Urn) => key(`web-bell:${urn}`),
    /** zset: Urn → when to ring for messages that its page has not got (ms) */
    webBellsDue: key('web-bells:due'),

    /** hash: said_left, said_until (ms), touched_left, touched_until, last (key of the last message): messages that WeChat still takes for a person. It expires */
    wechatWindow: (urn: Urn) => key(`wechat:${urn}:window`),
    /** string: a notice told this person that news waits. It expires */
    wechatBell: (urn: Urn) => key(`wechat:${urn}:bell`),
    /** string: notices of a day. It expires */
    wechatBells: (day: string) => key(`wechat:bells:${day}`),
    /** string: what the numbers of the newest message to a person mean (JSON Offer). It expires */
    offer: (urn: Urn) => key(`offer:${urn}`),
    /** hash: key of a message in several parts → how many of them were sent. It expires */
    sentParts: (urn: Urn) => key(`sent-parts:${urn}`),
    /** string: the code that changes this card once. It expires */
    wecomCard: (urn: Urn, card: string) => key(`wecom:${urn}:card:${card}`),
    /** list: messages (JSON Outgoing) that wait until the person may be written to, oldest first. It expires */
    held: (urn: Urn) => key(`held:${urn}`),

    /** hash: Urn → queued messages, oldest first: lane (r or b), number, tries, length, JSON; see outbox-lua.ts */
    outbox: key('outbox'),
    /** zset: Urn → when its first message may be sent (ms): chats with a reply */
    outboxReady: key('outbox:ready'),
    /** zset: Urn → when its first message may be sent (ms): chats with bulk only, which yield to replies */
    outboxBulk: key('outbox:bulk'),
    /** hash: Urn → expiry of the claim on its first message (ms), the message's number, the claiming process */
    outboxClaims: key('outbox:claims'),
    /** hash: version, record (JSON Broadcast), sum */
    broadcast: (id: string) => key(`broadcast:${id}`),
    /** zset: BroadcastId → when it was created (ms): all */
    broadcasts: key('broadcasts'),
    /** zset: BroadcastId → when it fires next (ms) */
    broadcastsDue: key('broadcasts:due'),
    /** zset: RunId → its slot (ms): runs whose recipient list is not frozen yet */
    broadcastsStarting: key('broadcasts:starting'),
    /** zset: RunId → its slot (ms): runs with recipient data still under retention */
    broadcastsKept: key('broadcasts:kept'),
    /** zset: RunId → its slot (ms): runs whose end is still to be reported */
    broadcastsWatched: key('broadcasts:watched'),
    /** zset: `<BroadcastId> <what>` → since when (ms) a notice to organisers waits */
    broadcastsNews: key('broadcasts:news'),
    /** zset: Urn → when they were forgotten (ms): people still to be removed from recipient lists */
    broadcastsStriking: key('broadcasts:striking'),
    /** zset: pseudonym → when this organiser last sent an urgent broadcast without approval (break-glass, ms) */
    broadcastsGlass: key('broadcasts:glass'),
    /** zset: a mark of a person for this broadcast only, and their region → when they acknowledged it (ms) */
    broadcastHeard: (id: string) => key(`broadcast:${id}:heard`),
    /** hash: region (or -) → number of acknowledgements whose marks were deleted */
    broadcastKnown: (id: string) => key(`broadcast:${id}:known`),
    /** zset: a mark as in broadcastHeard, and the reply (JSON Words) → when it was sent (ms) */
    broadcastReplies: (id: string) => key(`broadcast:${id}:replies`),
    /** hash: `<RunId> <Urn>` → the person's version, the message, a digest of its content: progress cards on display */
    broadcastCards: key('broadcasts:cards'),
    /** zset: RunId → its turn: urgent runs first, then by start (ms) */
    broadcastsSending: key('broadcasts:sending'),
    /**
     * hash: state, kind, total, cursor (recipients passed), settled, not_after (ms), why (reason of a stop),
     * laid (the recipient laid down last, until the audience is complete), let_pass (unknown outcomes that an organiser
     * accepted); outcome:<letter> → number of recipients; way:<channel>:<letter> → number of addresses (d, w, g)
     */
    broadcastRun: (id: string) => key(`broadcast:${id}:run`),
    /** hash: chunk number → its recipients, packed; see audience.ts */
    broadcastAudience: (id: string) => key(`broadcast:${id}:audience`),
    /** string: one byte per recipient, in the order of the audience: the outcome; see ledger.ts */
    broadcastOutcomes: (id: string) => key(`broadcast:${id}:outcomes`),
    /** string: four bytes per recipient: the delivered message, while it may be corrected */
    broadcastMessages: (id: string) => key(`broadcast:${id}:messages`),
    /** hash: a recipient's place → a line `<d or w> <Urn> <message>` per address, where the message is there by more than one way, or waits */
    broadcastCopies: (id: string) => key(`broadcast:${id}:copies`),
    /** zset: a recipient's place → when to try again (ms) */
    broadcastAgain: (id: string) => key(`broadcast:${id}:again`),

    /** hash: version, record (JSON Volunteer), sum */
    volunteer: (id: string) => key(`volunteer:${id}`),
    /** string: VolunteerId */
    volunteerOf: (urn: Urn) => key(`volunteer-of:${urn}`),
    /** zset: VolunteerId → since when (ms): volunteers who may be asked, by the community they chose */
    volunteersIn: (region: string) => key(`volunteers:in:${region}`),
    /** hash: Urn → the region they chose: all volunteers who may be asked */
    volunteers: key('volunteers'),
    /** zset: VolunteerId → when they applied (ms): applications that wait for review */
    volunteersApplied: key('volunteers:applied'),
    /** zset: VolunteerId → when they were asked back or declined (ms): deleted after the retention time */
    volunteersLapsing: key('volunteers:lapsing'),
    /** zset: VolunteerId → when they were last offered a task (ms) */
    volunteersOffered: key('volunteers:offered'),
    /** zset: Urn → since when (ms): forgotten people still to be removed from tasks and lists */
    volunteersLeaving: key('volunteers:leaving'),
    /** zset: TaskId → when it begins (ms): tasks they took that still count for their thanks */
    volunteerTasks: (id: string) => key(`volunteer:${id}:tasks`),
    /** hash: version, record (JSON Team), sum */
    team: (id: string) => key(`team:${id}`),
    /** zset: TeamId → when it was created (ms) */
    teams: key('teams'),
    /** zset: VolunteerId → since when (ms) */
    teamMembers: (id: string) => key(`team:${id}:members`),
    /**
     * hash: version, record (JSON Task), sum, open ('1' while it may be taken),
     * stirred (number of changes to its places and waiting list)
     */
    task: (id: string) => key(`task:${id}`),
    /** zset: VolunteerId → when they took it (ms); never more than needed */
    taskTakers: (id: string) => key(`task:${id}:takers`),
    /** zset: VolunteerId → since when (ms) they wait for a place */
    taskWaiting: (id: string) => key(`task:${id}:waiting`),
    /** zset: VolunteerId → when it was offered to them or they asked about it (ms) */
    taskOffers: (id: string) => key(`task:${id}:offers`),
    /** hash: VolunteerId → their progress in it (JSON Participation) */
    taskParts: (id: string) => key(`task:${id}:parts`),
    /** zset: TaskId → when it begins (ms), by its region */
    tasksIn: (region: string) => key(`tasks:in:${region}`),
    /** zset: TaskId → when it begins (ms): all stored tasks */
    tasks: key('tasks'),
    /** zset: TaskId → next timed step (ms): a wave of offers, a reminder, the end */
    tasksClock: key('tasks:clock'),
    /** zset: TaskId → next step of its retention (ms) */
    tasksKept: key('tasks:kept'),
    /** string: TaskId of the task for this case */
    taskOfCase: (id: string) => key(`case-task:${id}`),
    /** hash: version, record (JSON TaskPlan), sum */
    taskPlan: (id: string) => key(`task-plan:${id}`),
    /** zset: TaskPlanId → when to create its next task (ms) */
    taskPlansDue: key('task-plans:due'),
    /** zset: `<what> <ids>` → when to send this notice (ms) */
    volunteeringNews: key('volunteering:news'),
    /** hash: version, record (JSON Mediation), sum */
    mediation: (id: string) => key(`mediation:${id}`),
    /** zset: MediationId → when it was requested (ms): mediations that are not closed */
    mediationsOpen: key('mediations:open'),
    /** string: MediationId of this person's last request */
    mediationOf: (urn: Urn) => key(`mediation-of:${urn}`),
    /** hash: `<region> <kind> <outcome>` → number of closed mediations; nothing else of them is kept */
    mediationsClosed: key('mediations:closed'),
    /** hash: hours, tasks, from, until, at (ms): content of a certificate, without its holder */
    certificate: (code: string) => key(`certificate:${code}`),

    /** hash: key → the newest imported version of a questionnaire (JSON Questionnaire) */
    questionnaires: key('questionnaires'),
    /** hash: version, record (JSON Member), sum: a person who agreed to be surveyed */
    surveyMember: (urn: Urn) => key(`survey-member:${urn}`),
    /** zset: Urn → since when (ms): all people who agreed */
    surveyMembers: key('survey-members'),
    /** zset: Urn → since when (ms): forgotten people still to be removed from surveys */
    surveysLeaving: key('surveys:leaving'),
    /** hash: version, state, record (JSON Wave), left (number of people removed from it) */
    wave: (id: string) => key(`wave:${id}`),
    /** zset: WaveId → when it was opened (ms): all */
    waves: key('waves'),
    /** zset: WaveId → next timed step (ms) */
    wavesClock: key('waves:clock'),
    /** hash: office and second (halves of the seed), key (seals its ballots), seed, all sealed; deleted at the close */
    waveSecrets: (id: string) => key(`wave:${id}:secrets`),
    /** hash: Urn → progress of this person (JSON LedgerEntry, # and its sum), never an answer; deleted at the close */
    waveLedger: (id: string) => key(`wave:${id}:ledger`),
    /** hash: a name that only the wave's key derives from a person → their sealed answers; deleted at the close */
    waveBallots: (id: string) => key(`wave:${id}:ballots`),
    /** string: the sampling frame, a member number and a stratum per line; its digest is fixed before the draw */
    waveFrame: (id: string) => key(`wave:${id}:frame`),
    /** string: answers of a closed wave (JSON SurveyResponse[]), shuffled and anonymous */
    waveResponses: (id: string) => key(`wave:${id}:responses`),
    /** string: published results of a closed wave (JSON WaveResults) */
    waveResults: (id: string) => key(`wave:${id}:results`),
    /** zset: `<WaveId> <what>` → since when (ms) a notice to organisers waits */
    wavesNews: key('waves:news'),

    /** hash: version, record (JSON Shift), sum */
    shift: (id: string) => key(`shift:${id}`),
    /** zset: ShiftId → when it begins (ms): all */
    shifts: key('shifts'),
    /** zset: ShiftId → next timed step (ms) */
    shiftsClock: key('shifts:clock'),
    /** hash: place → its test call of this week (JSON TestCall) */
    rosterCalls: key('roster:calls'),
    /** hash: Monday (2026-11-23) → yes or no: whether the place answered its test call in time */
    rosterResults: (place: string) => key(`roster:results:${place}`),

    /** hash: version, record (JSON Alert), sum */
    alert: (id: string) => key(`alert:${id}`),
    /** zset: AlertId → when it was raised (ms): all */
    alerts: key('alerts'),
    /** hash: the day after a week (day number) → its counts by category and street (JSON): a week's cases are deleted before Farrington's baseline ends */
    alertWeeks: key('alerts:weeks'),
    /** string: the last week that was judged, 2026-11-23, then ` raised` until all its notices are sent */
    alertsWeek: key('alerts:week'),

    /** hash: month (2026-09) → version of its newest snapshot */
    scoreMonths: key('score:months'),
    /** hash: version, record (JSON Snapshot), sum: one version of a frozen month; it never changes */
    scoreSnapshot: (month: string, version: number) => key(`score:${month}:v${version}`),
    /** hash: street → the cases that the frozen score counts (JSON CaseFact[]); deleted after the cases */
    scoreRows: (month: string, version: number) => key(`score:${month}:v${version}:rows`),
    /** hash: CaseId → what a case filed in this month tells the score (JSON CaseFact); deleted after the cases */
    scoreFacts: (month: string) => key(`score:${month}:facts`),
    /** hash: CaseId → an open case (JSON CaseFact) */
    scoreOpen: key('score:open'),
    /** hash: read_until (ms): changes of cases up to it are in the facts */
    scoreState: key('score:state'),
    /** hash: version, record (JSON RereadMonth), sum: the month's rejections and classes that another street reads again; deleted after the cases */
    rereads: (month: string) => key(`score:${month}:rereads`),
    /** hash: version → JSON Formula; proposed → JSON Formula that waits for a second organiser */
    scoreFormulas: key('score:formulas'),
    /** hash: id → JSON RowObjection of a month that is not frozen yet */
    scoreObjections: (month: string) => key(`score:${month}:objections`),
    /** hash: version, record (JSON InspectionDraw), sum */
    inspectionDraw: (id: string) => key(`inspection-draw:${id}`),
    /** zset: DrawId → when it was made (ms): all */
    inspectionDraws: key('inspection-draws'),
    /** zset: DrawId → next timed step (ms) */
    drawsClock: key('inspection-draws:clock'),
    /** string: the frame of a draw, or of the checks of a round; its digest is fixed before the draw */
    drawFrame: (of: string) => key(`inspection-draw:${of}:frame`),
    /** hash: office and auditor (halves of the seed), sealed; deleted when the draw is done */
    drawHalves: (of: string) => key(`inspection-draw:${of}:halves`),
    /** hash: premises → pseudonyms of the checkers of their last visit */
    lastCheckers: key('inspections:last-checkers'),
    /** hash: version, record (JSON Visit), sum */
    visit: (id: string) => key(`visit:${id}`),
    /** zset: VisitId → end of its last day (ms): all */
    visits: key('visits'),
    /** zset: VisitId → its place in the draw: the visits of a draw or a round */
    visitsOf: (of: string) => key(`visits:of:${of}`),
    /** zset: VisitId → end of its last day (ms): the visits of premises */
    visitsTo: (premises: string) => key(`visits:to:${premises}`),
    /** zset: VisitId → next timed step (ms) */
    visitsClock: key('visits:clock'),
    /** zset: VisitId → end of its last day (ms): the visits of a checker, by pseudonym; deleted with the person */
    checkerVisits: (pseudonym: string) => key(`visits:by:${pseudonym}`),
    /** hash: `link:<code of a checker>` → hash of a link and its end (ms); `page:<id>` → code, and the public key of a page */
    visitPages: (id: string) => key(`visit-page:${id}`),
    /** zset: `<VisitId> <item> <same>` → when to compare the photo with those of other visits (ms) */
    looksWanted: key('visits:looks-wanted'),
    /** hash: `<VisitId> <same>` → the look of a photo: 64 bits in hexadecimal digits (dHash) */
    looks: key('visits:looks'),

    /** hash: month (2026-09) → version of its newest bulletin */
    bulletins: key('bulletins'),
    /** hash: version, record (JSON Bulletin), sum: one version of a month's bulletin; it never changes */
    bulletin: (month: string, version: number) => key(`bulletin:${month}:v${version}`),
    /** hash: id of a weak point → JSON PointAnswer */
    bulletinAnswers: (month: string) => key(`bulletin:${month}:answers`),

    /** hash: version, record (JSON Letter), sum: a reminder to a unit or a desk */
    letter: (id: string) => key(`letter:${id}`),
    /** zset: LetterId → when it was drafted (ms): all */
    letters: key('letters'),
    /** string: LetterId: the letter of this matter to this addressee that is not closed */
    letterOpen: (to: string, matter: string) => key(`letter-open:${to}:${matter}`),
    /** zset: LetterId → when it was agreed (ms): letters to this addressee in this month (2026-10) */
    lettersAgreed: (to: string, month: string) => key(`letters:agreed:${to}:${month}`),
    /** zset: `<what> <LetterId>` → when this event of a letter is due (ms) */
    lettersNews: key('letters:news'),

    /** hash: version, record (JSON Honour), sum: a thanks to a desk, grid, unit or premises */
    honour: (id: string) => key(`honour:${id}`),
    /** zset: HonourId → when it was nominated (ms): all */
    honours: key('honours'),
    /** hash: BasisId → an approval under which honours may be named (JSON HonourBasis); its half of the seed is sealed until its draw */
    honourBases: key('honour-bases'),
    /** string: HonourId: the honour of this subject that is not decided */
    honourOpen: (subject: string) => key(`honour-open:${subject}`),
    /** zset: `<event> <HonourId>` → when this event of an honour is due (ms) */
    honoursNews: key('honours:news'),
    /** hash: version, state (`closing` while votes are counted), record (JSON Topic), sum, left (people removed from its votes) */
    topic: (id: string) => key(`topic:${id}`),
    /** zset: TopicId → when it was proposed (ms): all */
    topics: key('topics'),
    /** zset: TopicId → when it was proposed (ms): those under way */
    topicsOpen: key('topics:open'),
    /** zset: TopicId → when it was proposed (ms): those with a promise */
    topicsPromised: key('topics:promised'),
    /** zset: TopicId → when it was proposed (ms), by community */
    topicsIn: (region: string) => key(`topics:in:${region}`),
    /** zset: TopicId → next timed step (ms) */
    topicsClock: key('topics:clock'),
    /** zset: `<TopicId> <what>` → since when (ms) a notice waits */
    topicsNews: key('topics:news'),
    /** hash: topic (the TopicId that this person proposed last; deleted when that topic ends) */
    topicOf: (urn: Urn) => key(`topic-of:${urn}`),
    /** string: the Urn of the proposer, sealed, for the news of it; deleted when the topic ends */
    topicProposer: (id: string) => key(`topic:${id}:proposer`),
    /** hash: key (seals the votes of this round), part (marks those who took part), both sealed; deleted with the round, the topic */
    topicSecrets: (id: string) => key(`topic:${id}:secrets`),
    /** hash: a name that only the round's key derives from a person → their sealed votes; deleted at the count */
    topicBallots: (id: string) => key(`topic:${id}:ballots`),
    /** hash: a mark of a household code → the name of the votes on which it was spent; deleted at the count */
    topicCodes: (id: string) => key(`topic:${id}:codes`),
    /** hash: a mark of a person who took part → '', `yes` (saw the promised work done) or `no` (not done); deleted when the topic ends */
    topicTookPart: (id: string) => key(`topic:${id}:took-part`),
    /** hash: StatementId → JSON Statement, without its author */
    topicStatements: (id: string) => key(`topic:${id}:statements`),
    /** hash: StatementId → how often it was shown */
    topicShown: (id: string) => key(`topic:${id}:shown`),
    /** string: counted results (JSON TopicResults) */
    topicResults: (id: string) => key(`topic:${id}:results`),
    /** hash: `<region> <reason>` → number of refused topics and statements */
    topicRefusals: key('topics:refusals'),
    /** zset: Urn → next weekly digest of topics (ms): people who asked for it */
    topicReaders: key('topics:readers'),
    /** hash: Urn → `<version of the person> <message>`: their card of topics, which each digest rewrites */
    topicCards: key('topics:cards'),
    /** zset: Urn → since when (ms): forgotten people whose marks still stand in objections to notices */
    roundsLeaving: key('rounds:leaving'),
    /** zset: Urn → since when (ms): forgotten people whose marks still stand in honours */
    honoursLeaving: key('honours:leaving'),
    /** zset: Urn → since when (ms): forgotten people still to be removed from topics */
    topicsLeaving: key('topics:leaving'),
    /** zset: SHA-256 of a household code → its last day (ms), by the community that handed it out */
    houseCodes: (region: string) => key(`house-codes:${region}`),
    /** hash: QuorumRuleId → the day on which a person compared it with the law */
    quorumChecked: key('quorum-checked'),

    /** stream: to, reason, message: messages that were not delivered */
    outboxDead: key('outbox:dead'),
    /**
     * hash: seq (last message number), next, next_bulk (GCRA clocks, ms), paused_until (ms), paused_ms,
     * clock (the server's time at the last heartbeat, ms);
     * Urn → the chat's GCRA clock (ms)
     */
    pace: key('pace'),
    /** zset: process → its last heartbeat (ms) */
    processes: key('processes'),
    /** zset of earlier releases: pseudonym → when this person was forgotten (ms) */
    formerForgotten: key('forgotten'),
    /** string of schema version 5: undisclosed totals of a wave, no longer needed for comparisons */
    formerWaveSums: (id: string) => key(`wave:${id}:sums`),
    /** outbox of schema version 2: queue (zset: waiting messages); rest (keys that may be deleted without loss) */
    formerOutbox: { queue: key('outbox:queue'), rest: [key('outbox:seq'), key('pace:chats')] },
    /** a damaged key that repair moved out of the way: its former name, without the city */
    aside: (key: string) => `{${city}}:aside:${key.slice(`{${city}}:`.length)}` as const,
    /** hash: job → its interval and last run (JSON JobRecord) */
    jobs: key('jobs'),
    /** hash: job → when an operator requested a run of it (ms) */
    jobRequests: key('jobs:requests'),
    /** Beginnings of the keys that may have a time to live: none of them holds domain data. */
    expiring: [
      'seen:',
      'lease:',
      'console:',
      'visit-page:',
      'web:',
      'wechat:',
      'wecom:',
      'offer:',
      'sent-parts:',
      'held:',
      'link-code:',
      'return-code:',
      'link-tries:',
      'code-tries:',
    ].map(key),
    /** string: the process that holds the lease */
    lease: (name: string) => key(`lease:${name}`),
  } as const;
}
