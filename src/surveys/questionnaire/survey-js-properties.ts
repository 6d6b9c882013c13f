import type { FormRules } from './form-part.ts';
import { nearestName } from './form-part.ts';

/** Former names of properties, which SurveyJS still reads. */
export const FORMER_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    allowCompleteSurveyAutomatic: 'autoAdvanceAllowComplete',
    autoComplete: 'autocomplete',
    commentPlaceHolder: 'commentPlaceholder',
    firstPageIsStarted: 'firstPageIsStartPage',
    focusFirstQuestionAutomatic: 'autoFocusFirstQuestion',
    focusOnFirstError: 'autoFocusFirstError',
    goNextPageAutomatic: 'autoAdvanceEnabled',
    hasComment: 'showCommentArea',
    hasNone: 'showNoneItem',
    hasOther: 'showOtherItem',
    hasSelectAll: 'showSelectAllItem',
    maxOthersLength: 'maxCommentLength',
    maxTimeToFinish: 'timeLimit',
    maxTimeToFinishPage: 'timeLimitPerPage',
    maximumRateDescription: 'maxRateDescription',
    mininumRateDescription: 'minRateDescription',
    navigationButtonsVisibility: 'showNavigationButtons',
    optionsCaption: 'placeholder',
    otherPlaceHolder: 'otherPlaceholder',
    placeHolder: 'placeholder',
    progressBarShowPageTitles: 'progressBarShowNavigationText',
    questions: 'elements',
    questionsOrder: 'questionOrder',
    rateDisplayMode: 'rateType',
    requiredText: 'requiredMark',
    sendResultOnPageNext: 'partialSendEnabled',
    showClearButton: 'allowClear',
    showCompletedPage: 'showCompletePage',
    showOptionsCaption: 'allowClear',
    showTimerPanelMode: 'timerInfoMode',
    size: 'inputSize',
    useDisplayValuesInTitle: 'useDisplayValuesInDynamicTexts',
  }),
);

const STORED = 'Answers are stored in the way of the chat.';
const LOOKS = 'It concerns the looks of a page.';
const WORDED = 'The chat has its own buttons and closing words.';

const NO_CONDITION =
  'Only visibleIf of a page, a panel or a question is carried. Remove it, or ask a separate question.';
const NO_ORDER = 'The chat asks in the order of the file. Remove it.';
const NO_LIMIT = 'The chat has no time limit. Remove it.';
const NO_LENGTH = 'The chat has one length limit for all texts. Remove it.';
const NO_CODE = 'The chat computes nothing while it asks. Remove it.';
const NO_LIST = 'Write all options into choices.';
const NO_PREFILL = 'The chat shows no answer before it asks. Remove it.';
const NO_COMMENT = 'Ask for the comment in a question of the type comment.';
const NO_LOCK = 'A question that cannot be answered is a text. Use the type html, or remove it.';
const NO_SKIP = 'After the last question the chat goes nowhere else. Remove it.';

export const SURVEY_RULES = rules({
  taken: names(`
      title description pages elements locale anlinKey anlinVersion anlinValid
    `),
  harmless: {
    questionOrder: ['initial'],
    mode: ['edit'],
    clearInvisibleValues: ['onComplete', 'onHidden', 'onHiddenContainer', 'default'],
  },
  refused: {
    triggers: NO_CODE,
    calculatedValues: NO_CODE,
    questionOrder: NO_ORDER,
    readOnly: NO_LOCK,
    mode: NO_LOCK,
    maxTextLength: NO_LENGTH,
    maxCommentLength: NO_LENGTH,
    timeLimit: NO_LIMIT,
    timeLimitPerPage: NO_LIMIT,
    navigateToUrl: NO_SKIP,
    navigateToUrlOnCondition: NO_SKIP,
    clearInvisibleValues: 'The chat drops answers to questions that are not asked. Remove it.',
    surveyId: 'The questions lie elsewhere. Export them into this file.',
  },
  ignored: {
    [LOOKS]: names(`
      logo logoWidth logoHeight logoFit logoPosition showTitle showPageTitles questionTitlePattern
      matrixDragHandleArea showPageNumbers showQuestionNumbers questionTitleLocation questionErrorLocation
      questionDescriptionLocation showProgressBar progressBarLocation progressBarType questionStartIndex
      progressBarShowNavigationText progressBarShowPageNumbers requiredMark progressBarNavigationTextLocation
      progressBarInheritWidthFrom showTOC tocLocation tocItemComponent autoGrowComment allowResizeComment
      commentAreaRows questionTitleTemplate widthMode gridLayoutEnabled width fitToContainer headerView
      backgroundImage backgroundImageFit themeName backgroundImageAttachment backgroundOpacity showBrandInfo
      showTimer showTimerPanel timerLocation timerInfoMode questionsOnPageMode isSinglePage firstPageIsStartPage
      autoFocusFirstQuestion autoFocusFirstError regionalFormat
    `),
    [WORDED]: names(`
      completedHtml completedBeforeHtml completedHtmlOnCondition loadingHtml startSurveyText pagePrevText
      pageNextText completeText previewText editText showNavigationButtons navigationButtonsLocation
      showPrevButton showCompletePage autoAdvanceEnabled autoAdvanceAllowComplete showPreviewBeforeComplete
      previewMode
    `),
    [STORED]: names(`
      $schema sjsVersion surveyPostId surveyShowDataSaving cookieName partialSendEnabled textUpdateMode
      storeOthersAsComment checkErrorsMode validateVisitedEmptyFields
    `),
  },
});

const PLACED = names(`
  page width minWidth maxWidth colSpan effectiveColSpan startWithNewLine indent innerIndent
`);
const TITLED = names(`
  titleLocation showTitle descriptionLocation showNumber hideNumber errorLocation state
`);

/** Rules of pages and panels. */
export const GROUP_RULES = rules({
  taken: names(`
      type title description visible visibleIf elements
    `),
  harmless: { visible: [true], questionOrder: ['default', 'initial'] },
  refused: {
    enableIf: NO_CONDITION,
    requiredIf: NO_CONDITION,
    isRequired: 'Make one question of the group required instead.',
    readOnly: NO_LOCK,
    questionOrder: NO_ORDER,
    timeLimit: NO_LIMIT,
  },
  ignored: {
    [LOOKS]: [
      ...PLACED,
      ...TITLED,
      ...names(`
      name questionTitleWidth questionTitleLocation gridLayoutColumns questionErrorLocation showQuestionNumbers
      questionStartIndex allowAdaptiveActions navigationTitle navigationDescription
    `),
    ],
    [WORDED]: ['showNavigationButtons', 'requiredErrorText'],
  },
});

export const QUESTION_RULES = rules({
  taken: names(`
      type name title html description visible visibleIf isRequired choices choicesOrder showNoneItem
      showRefuseItem showDontKnowItem showOtherItem noneText refuseText dontKnowText otherText otherPlaceholder
      maxSelectedChoices labelTrue labelFalse valueTrue valueFalse rateValues rateCount rateMin rateMax rateStep
      minRateDescription maxRateDescription anlinType anlinOrder
    `),
  harmless: {
    visible: [true],
    choicesOrder: ['none'],
    inputType: ['text'],
    maskType: ['none'],
    maxLength: [-1],
    minSelectedChoices: [1],
    clearIfInvisible: ['default', 'onComplete', 'onHidden', 'onHiddenContainer'],
    choicesFromQuestionMode: ['all'],
  },
  refused: {
    enableIf: NO_CONDITION,
    requiredIf: NO_CONDITION,
    choicesVisibleIf: NO_CONDITION,
    choicesEnableIf: NO_CONDITION,
    resetValueIf: NO_CODE,
    setValueIf: NO_CODE,
    setValueExpression: NO_CODE,
    bindings: NO_CODE,
    validators: 'The chat checks no answer beyond its options. Remove it.',
    defaultValue: NO_PREFILL,
    defaultValueExpression: NO_PREFILL,
    readOnly: NO_LOCK,
    valueName: 'Two names of one answer cannot be carried. Use the name alone.',
    showCommentArea: NO_COMMENT,
    clearIfInvisible: 'The chat drops answers to questions that are not asked. Remove it.',
    choicesByUrl: NO_LIST,
    choicesFromQuestion: NO_LIST,
    choiceValuesFromQuestion: NO_LIST,
    choiceTextsFromQuestion: NO_LIST,
    choicesFromQuestionMode: NO_LIST,
    choicesLazyLoadEnabled: NO_LIST,
    choicesMin: NO_LIST,
    choicesMax: NO_LIST,
    allowCustomChoices: 'Use showOtherItem instead.',
    minSelectedChoices: 'The chat takes one answer or more. Remove it.',
    valuePropertyName: 'Answers are option codes. Remove it.',
    inputType: 'A chat takes any text. Ask with options, or remove it.',
    maskType: 'A chat takes any text. Remove it.',
    maskSettings: 'A chat takes any text. Remove it.',
    min: 'A chat takes any text. Remove it.',
    max: 'A chat takes any text. Remove it.',
    minValueExpression: NO_CODE,
    maxValueExpression: NO_CODE,
    maxLength: NO_LENGTH,
  },
  ignored: {
    [LOOKS]: [
      ...PLACED,
      ...TITLED,
      ...names(`
      renderAs colCount separateSpecialChoices hideIfChoicesEmpty placeholder itemComponent inputFieldComponent
      searchEnabled searchMode textWrapEnabled hideSelectedItems closeOnSelect choicesLazyLoadPageSize choicesStep
      rows cols autoGrow allowResize inputSize inputTextAlignment rateType scaleColorMode rateColorMode
      displayRateDescriptionsAsExtremeItems rateDescriptionLocation displayMode autoGenerate swapOrder
      useTitleAsLabel label useDisplayValuesInDynamicTexts randomize randomizeCategory defaultDisplayValue
    `),
    ],
    [WORDED]: names(`
      requiredErrorText commentText commentPlaceholder otherErrorText selectAllText minErrorText maxErrorText
      stepErrorText createCustomChoiceText allowClear showSelectAllItem
    `),
    [STORED]: names(`
      storeOthersAsComment textUpdateMode autocomplete dataList correctAnswer step acceptCarriageReturn
    `),
  },
});

/** Rules of options and of rate values. */
export const CHOICE_RULES = rules({
  taken: ['value', 'text', 'score', 'anlinRole', 'isExclusive'],
  harmless: { randomize: [true] },
  refused: {
    visibleIf: NO_CONDITION,
    enableIf: NO_CONDITION,
    showCommentArea: NO_COMMENT,
    elements: 'Ask in a question of its own, with visibleIf.',
    randomize: 'Give the option an anlinRole; options without an opinion stay last.',
    randomizeCategory: 'Options are shuffled all together. Remove it.',
    imageLink: 'A chat shows options as text. Write text.',
  },
  ignored: { [WORDED]: ['isCommentRequired', 'commentPlaceholder'] },
});

function rules({
  taken,
  ...table
}: Omit<FormRules, 'isKnown' | 'nearest'> & { readonly taken: readonly string[] }): FormRules {
  const own = [...taken, ...Object.keys(table.refused), ...Object.values(table.ignored).flat()];
  return {
    ...table,
    isKnown: (name) => own.includes(name),
    nearest: (name) => nearestName(name, own),
  };
}

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
