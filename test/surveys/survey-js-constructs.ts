/** Samples of every construct that SurveyJS has. Names are those that SurveyJS 3.1 declares (`Serializer.getProperties`). */

/** Properties of a survey. */
export const SURVEY_PROPERTIES = names(`
  locale regionalFormat title description logo logoWidth logoHeight logoFit logoPosition autoFocusFirstQuestion
  autoFocusFirstError completedHtml completedBeforeHtml completedHtmlOnCondition loadingHtml pages elements triggers
  calculatedValues sjsVersion $schema surveyId surveyPostId surveyShowDataSaving cookieName partialSendEnabled
  showNavigationButtons navigationButtonsLocation showPrevButton showTitle showPageTitles showCompletePage
  navigateToUrl navigateToUrlOnCondition questionOrder matrixDragHandleArea showPageNumbers showQuestionNumbers
  questionTitleLocation questionDescriptionLocation questionErrorLocation showProgressBar progressBarLocation
  progressBarType progressBarShowNavigationText progressBarShowPageNumbers progressBarNavigationTextLocation
  progressBarInheritWidthFrom showTOC tocLocation tocItemComponent readOnly mode storeOthersAsComment maxTextLength
  maxCommentLength autoAdvanceEnabled autoAdvanceAllowComplete clearInvisibleValues checkErrorsMode
  validateVisitedEmptyFields textUpdateMode autoGrowComment allowResizeComment commentAreaRows startSurveyText
  pagePrevText pageNextText completeText previewText editText requiredMark questionStartIndex questionTitlePattern
  questionTitleTemplate firstPageIsStartPage isSinglePage questionsOnPageMode showPreviewBeforeComplete previewMode
  showTimer timeLimit timeLimitPerPage timerLocation timerInfoMode showTimerPanel widthMode gridLayoutEnabled width
  fitToContainer headerView backgroundImage backgroundImageFit backgroundImageAttachment backgroundOpacity
  showBrandInfo
`);

/** Properties of pages and panels. */
export const GROUP_PROPERTIES = names(`
  name elements visible readOnly visibleIf enableIf requiredIf questionTitleWidth questionTitleLocation
  gridLayoutColumns title description questionOrder questionErrorLocation state isRequired requiredErrorText
  startWithNewLine width minWidth maxWidth colSpan effectiveColSpan innerIndent indent page showNumber
  showQuestionNumbers questionStartIndex allowAdaptiveActions showNavigationButtons timeLimit navigationTitle
  navigationDescription
`);

/** Properties of the questions that a chat can ask. */
export const QUESTION_PROPERTIES = names(`
  name state visible useDisplayValuesInDynamicTexts visibleIf width minWidth maxWidth colSpan effectiveColSpan
  startWithNewLine indent page title titleLocation showTitle description descriptionLocation showNumber hideNumber
  valueName enableIf resetValueIf setValueIf setValueExpression defaultValue defaultValueExpression correctAnswer
  clearIfInvisible isRequired requiredIf requiredErrorText errorLocation readOnly validators bindings renderAs
  showCommentArea commentText commentPlaceholder defaultDisplayValue randomize randomizeCategory choicesFromQuestion
  choices choicesFromQuestionMode choiceValuesFromQuestion choiceTextsFromQuestion choicesOrder choicesByUrl
  hideIfChoicesEmpty choicesVisibleIf choicesEnableIf separateSpecialChoices showOtherItem showNoneItem showRefuseItem
  showDontKnowItem otherPlaceholder noneText refuseText dontKnowText otherText otherErrorText storeOthersAsComment
  colCount allowClear itemComponent placeholder choicesMin choicesMax choicesStep autocomplete textWrapEnabled
  searchEnabled allowCustomChoices createCustomChoiceText searchMode choicesLazyLoadEnabled choicesLazyLoadPageSize
  inputFieldComponent showSelectAllItem maxSelectedChoices minSelectedChoices selectAllText valuePropertyName
  hideSelectedItems closeOnSelect rateType scaleColorMode rateColorMode autoGenerate rateCount rateValues rateMin
  rateMax rateStep minRateDescription maxRateDescription displayRateDescriptionsAsExtremeItems rateDescriptionLocation
  displayMode label labelTrue labelFalse valueTrue valueFalse swapOrder useTitleAsLabel inputType inputSize
  textUpdateMode min max minValueExpression maxValueExpression minErrorText maxErrorText stepErrorText
  inputTextAlignment maskType maskSettings step maxLength dataList cols rows autoGrow allowResize acceptCarriageReturn
  html
`);

/** Properties of options and rate values. */
export const CHOICE_PROPERTIES = names(`
  value text visibleIf enableIf randomize randomizeCategory showCommentArea isCommentRequired commentPlaceholder
  elements isExclusive
`);

/** Types of elements. */
export const ELEMENT_TYPES = names(`
  boolean checkbox comment dropdown expression file html image imagepicker matrix matrixdropdown matrixdynamic
  multipletext panel paneldynamic radiogroup ranking rating signaturepad slider tagbox text
`);
/** Conditions on A1 (radiogroup), A2 (checkbox) and A3 (comment). */
export const SURVEY_JS_CONDITIONS = [
  ...["{A1} = '1'", "{A1} == '1'", '{A1} = 1', '{A1} = ‘1’', '{A1} equal "1"', "{A2} contains '1'", "{A2} *= '1'"],
  ...[
    "{A1} anyof ['1', '0']",
    "{A2} anyof ['1']",
    "{A1} in ['1']",
    "['1', '0'] contains {A1}",
    '{a1} = 1',
    '{A1} notempty',
  ],
  ...[
    "({A1} = '1') || ({A1} = '0')",
    "{A1} = '1' OR {A1} = '0'",
    "{A2} = '1'",
    "{A1} <> '1'",
    "{A1} != '1'",
    '!({A1} = 1)',
  ],
  ...[
    "{A1} = '1' and {A2} contains '1'",
    "{A1} = '1' && {A1} = '0'",
    "{A2} allof ['1', '0']",
    "{A2} contains ['1', '0']",
  ],
  ...[
    "{A2} notcontains '1'",
    '{A1} empty',
    '{A1} >= 1',
    "{A1} = '7'",
    "{Z9} = '1'",
    "{A3} = 'x'",
    'age({A1}) > 3',
    "{A1} = ['1']",
    "{A1} anyof '1'",
    "['1'] anyof {A1}",
    "'10' contains {A1}",
    "['1', '0'] contains {A2}",
    "{A1} contains ''",
    "{A2[0]} = '1'",
  ],
];

/** Values of properties for which a text is no sample. */
export const SURVEY_JS_VALUES: Readonly<Record<string, unknown>> = {
  locale: 'zh-cn',
  pages: [],
  elements: [{ type: 'html', name: 'E1', html: '请看' }],
  visible: false,
  visibleIf: '{A1} = 1',
  isRequired: true,
  choices: ['1'],
  choicesOrder: 'random',
  showNoneItem: true,
  showRefuseItem: true,
  showDontKnowItem: true,
  showOtherItem: true,
  maxSelectedChoices: 2,
  minSelectedChoices: 2,
  rateValues: [1, 2],
  rateCount: 4,
  rateMin: 0,
  rateMax: 4,
  rateStep: 2,
  isExclusive: true,
  score: 50,
  anlinRole: 'dont_know',
  clearInvisibleValues: 'none',
  clearIfInvisible: 'none',
  questionOrder: 'random',
};

/** Types of questions that have a property; all others are of radiogroup. */
export const SURVEY_JS_HOSTS: Readonly<Record<string, readonly string[]>> = {
  checkbox: names('maxSelectedChoices minSelectedChoices valuePropertyName showSelectAllItem selectAllText'),
  rating: names(`rateType scaleColorMode rateColorMode rateValues rateCount rateMin rateMax rateStep minRateDescription
    maxRateDescription displayRateDescriptionsAsExtremeItems rateDescriptionLocation`),
  boolean: names('label labelTrue labelFalse valueTrue valueFalse swapOrder useTitleAsLabel'),
  text: names(`inputType min max minValueExpression maxValueExpression maskType maskSettings maxLength step dataList
    inputSize textUpdateMode placeholder`),
  comment: names('rows cols autoGrow allowResize acceptCarriageReturn'),
  html: ['html'],
};

/** Properties whose name alone does not tell what becomes of them. */
export const SURVEY_JS_CELLS: readonly (readonly [type: string, name: string, value: unknown])[] = [
  ['radiogroup', 'visible', true],
  ['radiogroup', 'isRequired', false],
  ['html', 'isRequired', true],
  ['radiogroup', 'choicesOrder', 'asc'],
  ['radiogroup', 'maxSelectedChoices', 2],
  ['checkbox', 'minSelectedChoices', 1],
  ['text', 'inputType', 'text'],
  ['text', 'inputType', 'number'],
  ['radiogroup', 'title', '<b>暗</b>吗 &amp; 吵吗'],
  ['radiogroup', 'title', '<img src=a.png>'],
  ['radiogroup', 'title', '您选了 {A1}'],
  ['radiogroup', 'hasOther', true],
  ['radiogroup', 'hasNone', true],
  ['radiogroup', 'hasComment', true],
  ['radiogroup', 'visibleif', '{A1} = 1'],
  ['radiogroup', 'isrequierd', true],
  ['radiogroup', 'anlinOrder', 'any'],
  ['radiogroup', 'anlinColour', 'red'],
  ['radiogroup', 'anlinOrder', 'shuffled'],
  ['radiogroup', 'anlinType', 'scale'],
  ['radiogroup', 'projectId', 7],
];

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
