/**
 * What the page and the app worker say to each other: the one list of methods, with their params and results.
 *
 * Both ends are type-checked against these types. Plain data only; big buffers are transferred. Coordinates are pixels of
 * the picture (EXIF orientation applied), x to the right, y down, (0, 0) the outer corner of the top-left pixel.
 *
 * What Python answers is declared in app/tabsam/page/protocol, and written into this file; the rest, first, is JavaScript's own.
 *
 * @module
 */

/**
 * @typedef {{ id: string, handle: FileSystemDirectoryHandle, path: string }} Whereabouts  of a file: the folder that was opened, and the way from there
 * @typedef {{ folder: string, path: string, size: number, modified: number }} Link  the same as it is stored, with how the file was; `modified` in
 *   milliseconds since 1970
 * @typedef {Link & { handle: FileSystemDirectoryHandle | null }} LinkedPicture  the handle is null where the browser has forgotten it
 * @typedef {{ file: File | null, link: LinkedPicture | null }} KeptFile  a copy of a picture, or where its file lies; neither where nothing is kept
 *
 * @typedef {Omit<SentObject, 'outline'> & { outline: Outline }} ObjectInfo  An object, as the page puts it together.
 * @typedef {{ list: readonly ObjectInfo[], categories: readonly Category[] }} Objects  `list` from the bottom to the top
 * @typedef {SentFind & { outline: Outline }} Find
 * @typedef {{ list: readonly Find[], search: Searched | null }} Finds  the best first
 *
 * @typedef {{ provider: 'webgpu' | 'wasm', threads: number, why: string, model: string, modelBytes: number,
 *   everything: SearchOptions, storage: 'opfs' | 'memory', decoderOnly: boolean, notices: string[], offer?: Offer }} EngineInfo
 *   What runs the model, and why, in words. `notices` are sentences that the person should read once (a stored model that
 *   was damaged and fetched again, a full disk). `everything` are the options of a search for everything that are this model's own: what the
 *   catalogue states, or else where its family differs from SAM 1. `offer` is a model that the page's address names and that is on somebody
 *   else's list: it is fetched when the person says so. `decoderOnly`: its encoder is not here, and it answers about pictures that come with
 *   their embeddings.
 * @typedef {{ id: string, name: string, host: string, bytes: number | null }} Offer
 *
 * @typedef {{ id: string, name: string, description: string, family: string, licence: string, dtype: string, bytes: number | null,
 *   source: string, host: string, origin: 'site' | 'list' | 'own', storedBytes: number, own: boolean, current: boolean }} ModelInfo
 *   `bytes` is what it takes, null when nobody has said; `storedBytes` what of it is kept in this browser (all of it, some of it after a
 *   download that was broken off, or nothing). `own`: the person added it. `origin` is the list that it is on: the site's, another that the
 *   person named, or their own. `host` is where its files come from, empty for this site; `source` a page about it, or empty.
 * @typedef {{ models: ModelInfo[], usage: number, quota: number, catalog: string, gpu: { buffers: number, bytes: number } | null }} ModelList
 *   The storage of this site, in bytes; `catalog` is the address of the other list, empty if there is none. `gpu` is what the model that runs has
 *   on the GPU just now.
 * @typedef {{ name: string, encoder: Blob, decoder: Blob, data: File[] }} OwnFiles  `data` are files that graphs keep weights in
 * @typedef {{ name: string, urls: { encoder: string, decoder: string } }} OwnAddresses
 */

/**
 * What the worker answers without Python, or with more than Python.
 *
 * @typedef {{
 *   start: { params: { model: string, provider?: 'webgpu' | 'wasm', threads?: number, catalog?: string, recalled?: ('model' | 'provider')[] }, result: EngineInfo },
 *   models: { params: Record<string, never>, result: ModelList },
 *   useModel: { params: { id: string, provider?: 'webgpu' | 'wasm' }, result: { engine: EngineInfo, view: View } },
 *   useProvider: { params: { provider: 'webgpu' | 'wasm' | null }, result: { engine: EngineInfo, view: View } },
 *   useCatalog: { params: { url: string }, result: ModelList },
 *   addModel: { params: OwnFiles | OwnAddresses, result: { engine: EngineInfo, view: View } },
 *   takeDecoder: { params: { decoder: Blob, embedding: ArrayBuffer }, result: null },
 *   removeModel: { params: { id: string }, result: ModelList },
 *   trustModel: { params: { id: string } | { urls: string[] }, result: null },
 *   stopLoading: { params: Record<string, never>, result: null },
 *   openProject: { params: { project: string | null, takeOver: boolean, look: boolean, journal?: ArrayBuffer }, result: RestoredProject },
 *   keepPicture: { params: { id: string, file: Blob, from?: Whereabouts | null, instead?: boolean }, result: { kept: boolean } },
 *   keptPicture: { params: { id: string }, result: KeptFile },
 *   settleProject: { params: Record<string, never>, result: null },
 *   otherProjects: { params: Record<string, never>, result: StoredProject[] },
 *   markProject: { params: { id: string, deleted: boolean }, result: StoredProject[] },
 *   removeDeleted: { params: { ids: string[] }, result: StoredProject[] },
 *   renameProject: { params: { id: string, title: string }, result: StoredProject[] },
 *   duplicateProject: { params: { id: string, title: string }, result: StoredProject[] },
 *   exportProject: { params: { id: string, name: string }, result: { file: File | null, notes: string[] } },
 *   keepThumbnail: { params: { of: string, file: Blob }, result: null },
 *   exportSet: { params: { pictures: HandedPicture[], folder: FileSystemDirectoryHandle | null, name: string, format: string, withPictures: boolean,
 *     valShare: number, seed: number }, result: { file: File | null, notes: string[] } },
 *   importSet: { params: { files: { path: string, file: Blob }[], pictures: HandedPicture[], answers: SetAnswer[], format: string },
 *     result: { news: BroughtPicture[], outcome: SetOutcome } },
 *   stopSet: { params: Record<string, never>, result: null },
 *   runScript: { params: { code: string, pictures: KeptPicture[], interrupt: Uint8Array<SharedArrayBuffer> | null }, result: Executed },
 *   stopScript: { params: Record<string, never>, result: null },
 *   answerScript: { params: { number: number, file: Blob | null, agreed: boolean }, result: null },
 *   takeWheel: { params: { name: string, file: Blob }, result: { address: string } },
 * }} WorkerOwnMethods
 *
 * `start` comes first, once; the others may be sent at once and wait for it.
 * `recalled` says what of the wishes at the start is of an earlier visit: where that cannot be had, `start` does without, and says so in a
 * notice. `useProvider` runs the same model elsewhere (null: on the fastest that works), and holds for every model after; `useCatalog` lists
 * the models of another catalogue beside the site's (an empty `url`: no longer).
 * `useModel` and `addModel` start another model beside the one that runs, with the progress stages 'model' and 'provider', and put it in its
 * place when it is ready; when that fails or is stopped, the one before goes on. An open picture is then encoded again ('encode'), and its
 * prompts are asked again: `view` has the answer. `stopLoading` gives them up with the code 'cancelled'; what has been downloaded is
 * kept, and gone on from next time. `removeModel` takes a model's files out of the storage; the one that runs goes on running.
 * Where nobody has stated a file's digest it is pinned when the file first comes, and another file is refused ('model-changed'); `trustModel`
 * forgets the pins of a model's files, or of those at some addresses, that are not stored.
 * `openProject` brings back what a project holds, or begins one; it comes before any picture. From then on all that is done is stored before it is
 * answered. With `look`, of a project that another tab has, it brings back what was kept last; whatever would change something then fails ('looking'). `keepPicture` stores a picture's file under its id in the list, or where it lies, `keptPicture` gives that again. `settleProject` has the list of projects say how
 * much there is, before this one is left. Of the others: `markProject` says that one is deleted, or no longer; `removeDeleted` removes those of some that still
 * are for good; `exportProject` writes one as a `.tabsam` file of this `name`, and `stopSet` gives that up. `keepThumbnail` stores what this project looks like,
 * and `of` what that shows.
 *
 * `exportSet` writes all pictures as one data set: into an empty folder, or as a `file` of this `name`. `importSet` reads one, and takes nothing of it
 * while its `outcome` asks. `stopSet` gives up what of the two goes on, which then fails with the code 'cancelled'.
 *
 * `runScript` runs a script of the console; what it says comes as progress of the stage 'script'. Where there is an `interrupt`, a 2 in it interrupts
 * Python at once; `stopScript` stops a script that waits. What a script needs of the page comes as an announcement, which `answerScript` answers:
 * a listed picture's file, or whether the person agrees to a package from elsewhere. `takeWheel` takes a package's file, and tells what micropip
 * installs it by.
 *
 * @typedef {{ id: string, name: string, place: string, page?: number, file: Blob | null }} HandedPicture  a listed one; null where its file cannot be had
 * @typedef {{ id: string, key: string, name: string, place: string, size: number, given: number | null, file: File | null }} BroughtPicture
 *   One that joins the list: one of the given files, by its place among them; or a new `file`; or neither, where it is kept with the project already.
 *
 * @typedef {WorkerOwnMethods & PythonMethods} Methods
 * @typedef {keyof Methods} Method
 */

/**
 * @template {Method} M
 * @typedef {{ id: number, method: M, params: Methods[M]['params'] }} Request
 */

/**
 * @template {Method} [M=Method]
 * @typedef {{ id: number, result: Methods[M]['result'] } | { id: number, error: Failure } | { id: number, progress: Progress }} Reply
 */

/**
 * @typedef {{ event: 'engine', engine: EngineInfo, model?: { id: string, name: string } } | { event: 'keeping', keeping: Keeping } | { event: 'lines' } & Lines
 *   | { event: 'question', question: ScriptQuestion } | { event: 'fault', failure: Failure } | { event: 'broken', details: string }} Announcement
 *   Comes unasked: the GPU was lost and another engine runs the model now, and nothing else has changed, or an embedding has had the `model`
 *   that made it take the other's place; or what is done is no longer stored, or
 *   is again; what is to be kept by the page, while it is not stored; a script needs something; an error that nobody caught, and the worker goes on; or Python is broken
 *   for good.
 *
 * @typedef {{ lines: Uint8Array<ArrayBuffer>, whole: boolean }} Lines  of the journal; `whole`: in the place of all before
 * @typedef {{ number: number, file: string | null, packages: string[], hosts: string[] }} ScriptQuestion
 *   The id of the listed picture whose file is needed; or packages that would be fetched from hosts. It is answered under its `number`.
 */

/**
 * @typedef {{ status: 'kept' | 'memory', reason: '' | 'full' | 'unavailable' | 'taken' | 'cleared' | 'failed' | 'looking' }} Keeping
 *   Whether what is done is stored, and if not, why: the disk is full, the browser gives no storage, another tab has taken the project over, what was
 *   stored has been cleared away, it failed; or another tab has the project, and it is only looked at here.
 * @typedef {{ id: string | null, pictures: KeptPicture[], at: string | null, page: number, part: ShownPart | null, finding: boolean, tone: ShownTone | null, run: BegunRun | null, marks: PictureMark[],
 *   missing: string[], elsewhere: boolean, failure: Failure | null, keeping: Keeping, thumbnail: string | null }} RestoredProject
 *   `missing` are the ids of pictures whose files are not stored; `elsewhere` says that another tab has the project, and that this is a new
 *   one; `failure` why what was stored, or a part of it, cannot be read: it is set aside; `thumbnail` what its thumbnail shows, if it has one.
 * @typedef {{ id: string, name: string, title: string, pictures: number, objects: number, changed: number, bytes: number, deleted: boolean, thumbnail: Blob | null }} StoredProject
 *   `name` is that of its first picture, `title` what the person called it, empty for nothing. `changed` in milliseconds since 1970; `bytes` that it takes of
 *   the storage; `deleted`: it is removed when nobody wants it back.
 */

// What follows is written by tools/protocol.py from app/tabsam/page/protocol: change it there.

/**
 * @typedef {[x0: number, y0: number, x1: number, y1: number]} Box
 *
 * @typedef {0 | 1} Label
 *   1 on the object, 0 off it.
 *
 * @typedef {'decoded' | 'follow'} Edges
 *   Whether a mask ends where the model's answer does, or follows the picture's edges nearby.
 *
 * @typedef {'python' | 'model' | 'provider' | 'file' | 'encode' | 'decode' | 'find' | 'import' | 'export' | 'script'} Stage
 *   The first three and 'export' are the worker's own.
 *
 * @typedef {'keep' | 'new' | 'old'} Overlaps
 *   Who gets what two objects share: both, the new one, those from before.
 *
 * @typedef {'smooth' | 'open' | 'close' | 'grow' | 'fill-holes' | 'remove-islands' | 'simplify' | 'uncross'} Shaping
 *
 * @typedef {'mask-png' | 'cutout-png' | 'svg'} ExportKind
 *
 * @typedef {'white' | 'black' | 'opaque' | 'labels' | 'colors'} MaskKind
 *   What is marked in a mask's picture: what is bright, dark or opaque; or each value, or each colour, is an object.
 *
 * @typedef {ChangedObjects | null} SentObjects
 *   Null when nothing has changed.
 *
 * @typedef {ChangedFinds | null} SentFinds
 *   Null when nothing has changed.
 *
 * @typedef {object} KeptPicture
 *   A picture of the list that one goes through.
 * @property {string} id
 * @property {string} name
 * @property {string} place  The folder that it came from; empty where nobody knows.
 * @property {number} size  Of its file, in bytes; 0 where that is not known yet.
 * @property {number} [page]  Of a file of which each page is a picture of its own, from 0.
 * @property {string} [file]  What its file is stored under, where that is not its own id.
 *
 * @typedef {object} ShownPage
 *   Which page of which listed picture was open; from 0.
 * @property {string} id
 * @property {number} page
 *
 * @typedef {object} BegunRun
 *   What is being done on one picture after another.
 * @property {'find' | 'ask'} what
 *   Whether everything is found, or asked again for objects. done, of How many of how many pictures have been.
 * @property {number} done
 * @property {number} of
 *
 * @typedef {object} ShownTone
 *   How bright pictures are seen.
 * @property {number} window
 * @property {number} level
 * @property {number} gamma  Above 1 for brighter middle tones.
 *
 * @typedef {object} ShownPart
 *   Which part of a picture was seen.
 * @property {string} id
 * @property {number} page
 * @property {number} width  The picture's, in its own pixels.
 * @property {number} scale
 *   CSS pixels per pixel of the picture. x, y Where its top-left corner was, in CSS pixels of the stage. stageWidth, stageHeight
 *   In CSS pixels.
 * @property {number} x
 * @property {number} y
 * @property {number} stageWidth
 * @property {number} stageHeight
 *
 * @typedef {object} PictureMark
 *   What is known of a picture of the list besides its file.
 * @property {string} id  That of the listed picture.
 * @property {string} key  What the work on it is kept under (see `ImageInfo`); empty until it has been open.
 * @property {boolean} done  Whether the person has said that nothing more is to be done.
 *
 * @typedef {object} PictureWork
 *   How much work there is on a picture.
 * @property {string} key  What it is kept under.
 * @property {number} objects  How many.
 * @property {number[]} classes  Of the objects, by their ids, each once.
 *
 * @typedef {object} Failure
 *   What went wrong, for a person.
 * @property {string} code  Stable.
 * @property {string} message  What happened.
 * @property {string} hint  What to do next.
 * @property {string} [details]  For a bug report.
 *
 * @typedef {object} Outline
 *   Closed rings, one after another. Holes are rings too; fill with the even-odd rule.
 * @property {Float32Array} vertices  x, y pairs in image pixels.
 * @property {Uint32Array} offsets  Ring k is the points `offsets[k]` to `offsets[k + 1]`.
 *
 * @typedef {object} Candidate
 *   One of the masks that the model offers.
 * @property {number} index  Its rank; 0 is the one with the best IoU prediction. Those that are not offered have theirs, too.
 * @property {number | null} token  The mask token that it is of: 0 is the single-mask token; null where the model does not say.
 * @property {number} iouPrediction
 * @property {number} stabilityScore
 * @property {Outline | null} outline  Null in a progress, for all but the chosen one: the others follow.
 *
 * @typedef {object} Point
 *   A click.
 * @property {number} id
 * @property {number} x
 * @property {number} y
 * @property {Label} label  1 is foreground, 0 background.
 * @property {number | null} refines  The candidate of the answer before that this point refines, null for none.
 *
 * @typedef {object} ImageInfo
 *   The picture, by its file's name, and its size in pixels.
 * @property {string} key
 *   What the work on it is kept under, also another day: two files of the same content, name and folder are one picture.
 * @property {string} name
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Pages
 *   Which page of its file the picture is, from 0, and how many there are: of a TIFF, or frames of a GIF or a WebP.
 * @property {number} at
 * @property {number} of
 * @property {string} label  What it is of a stack ('channel 2, slice 5'); empty where that is not said.
 *
 * @typedef {object} Depth
 *   That a picture has more than 8 bits: which of its own values are black and white; null where its bands differ in that.
 * @property {number | null} low
 * @property {number | null} high
 *
 * @typedef {object} Bands
 *   The bands of a picture, and which of them are seen: three as red, green and blue, or one as grey.
 * @property {string[]} names
 * @property {number[]} shown
 *
 * @typedef {object} Category
 *   A class.
 * @property {number} id
 * @property {string} name
 * @property {string} color  "#rrggbb".
 * @property {number | null} key  The digit that gives it, 1 to 9, and no other class's.
 * @property {number} elsewhere  How many objects of other pictures are of it.
 *
 * @typedef {object} SentObject
 *   An object, as it crosses.
 * @property {number} id
 * @property {number | null} category
 * @property {string} name
 * @property {boolean} visible
 * @property {boolean} locked
 * @property {number | null} score
 * @property {number} area  In square image pixels.
 * @property {Box} bbox
 * @property {number} vertices  How many corners.
 * @property {boolean} asks  It has prompts, so that one can go on asking the model.
 * @property {number} outline  Its number among those that have been sent.
 *
 * @typedef {object} ChangedObjects
 *   What of the objects really crosses: no outline twice; the page puts them together.
 * @property {SentObject[]} list  From the bottom to the top.
 * @property {Category[]} categories
 * @property {Record<string, Outline>} outlines  By number, those that the page has not.
 *
 * @typedef {object} SentFind
 *   What a search has found, as it crosses.
 * @property {number} number  What it is known by.
 * @property {number} iouPrediction
 * @property {number} stabilityScore
 * @property {number} area  In square image pixels.
 * @property {Outline | null} outline  Null when it has come before.
 *
 * @typedef {object} Thresholds
 *   From where on finds are shown: above the first, and at least the second.
 * @property {number} predIouThresh
 * @property {number} stabilityScoreThresh
 *
 * @typedef {object} LowerThresholds
 *   Thresholds that so many finds pass.
 * @property {Thresholds} thresholds
 * @property {number} count
 *
 * @typedef {object} Searched
 *   How the finds were searched for, and which of them are shown.
 * @property {Thresholds} thresholds
 * @property {Thresholds} least  Below these nothing is kept.
 * @property {number | null} pointsPerSide  Clicks; null for a grid of one's own.
 * @property {number} gone  How many were taken or rejected.
 * @property {LowerThresholds | null} lower
 *   The nearest lower thresholds that something passes, while nothing passes these; null where there are none.
 *
 * @typedef {object} ChangedFinds
 *   What of the finds really crosses; the page puts them together.
 * @property {boolean} fresh  They are another search's than those before: outlines that came before are of no use.
 * @property {SentFind[]} list  The best first.
 * @property {Searched | null} search  Null where nothing was searched for, or it was thrown away.
 *
 * @typedef {object} Encoded
 *   The pictures that are kept ready, and the bytes they take.
 * @property {number} pictures
 * @property {number} bytes
 *
 * @typedef {object} Timings
 *   Milliseconds.
 * @property {number} [encode]  That the picture took.
 * @property {number} [decode]  That the model took for the last answer; missing when the answer was known.
 * @property {number} [total]  That the last answer took, the model's time included.
 *
 * @typedef {object} View
 *   All that Python lets the page draw.
 * @property {number} revision  Grows with every change.
 * @property {ImageInfo | null} image
 * @property {Pages | null} pages  Null for a picture that is alone in its file.
 * @property {Depth | null} depth  Null for a picture of 8 bits.
 * @property {Bands | null} bands  Null for a picture that has no more than are seen.
 * @property {Point[]} points
 * @property {Box | null} box
 * @property {Outline | null} mask  What was painted as a prompt.
 * @property {Outline | null} painted
 *   What the person has made of the chosen candidate with the brush; it is shown, exported and accepted in its place.
 * @property {number} threshold  In logits: where the mask ends.
 * @property {Candidate[]} candidates
 *   Without those that are nearly the same as a better one. While `decoding` those of the prompts before; empty in a progress:
 *   the page has them.
 * @property {number} maskCount  How many masks the candidates were chosen from.
 * @property {number | null} chosen  The index of the candidate that is shown and exported, null when there is none.
 * @property {string[]} notes  Sentences on where the answer is not what the reference's predictor would give.
 * @property {boolean} decoding
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {boolean[]} imports  Of every data set that came in, in their order: whether what it did is done, or has been undone.
 * @property {number | null} active  The selected object; of several the one that was selected first.
 * @property {number[]} selected  All of them, `active` first.
 * @property {number | null} category  The class of the next object.
 * @property {number | null} refines  The object that the answer will go to.
 * @property {boolean} feedsBack  Whether a further click refines the answer before.
 * @property {Edges} edges
 *   How the edges of masks are made. One that follows is shown as decoded first, and then, when it is ready, in a result.
 * @property {number} tidy
 *   Below which share of a mask specks and pinholes are left out; 0 where all are kept. Shown as edges are.
 * @property {boolean} singleMask  Whether one mask is shown, that which Meta's predictor gives for multimask_output=False.
 * @property {boolean | null} hasSingleMask
 *   Whether the model has a mask of its own for that, and not the best of the others; null while nobody can say.
 * @property {number[] | null} worldFile
 *   The six numbers A, D, B, E, C and F of the picture's world file, null where it is not on a map.
 * @property {number | null} epsg
 * @property {Objects} objects  For the page all of them, put together from the `SentObjects` that cross.
 * @property {Finds} finds  What a search has found and nobody has taken or rejected yet; put together likewise.
 * @property {Encoded} encoded
 * @property {Timings} timings
 *
 * @typedef {object} ScriptOutput
 *   Something that a script says: printed, an error, what its last expression gives, a picture, a file to save, or a note.
 * @property {'out' | 'err' | 'value' | 'error' | 'note' | 'picture' | 'file'} kind
 * @property {string} text  Of a picture what it is, of a file its name.
 * @property {ArrayBuffer} [data]  A picture's PNG; a file's content.
 *
 * @typedef {object} Progress
 *   What is told before a result.
 * @property {Stage} stage
 * @property {string} message  A sentence for the status line.
 * @property {number} [loaded]  In bytes, clicks or objects, as is `total`.
 * @property {number} [total]
 * @property {View} [view]  Comes as soon as Python's state has changed, before the model has answered.
 * @property {ArrayBuffer} [preview]  A PNG of a picture that the browser cannot show itself, when it was asked for.
 * @property {ScriptOutput} [output]
 * @property {Find[]} [found]
 *
 * @typedef {object} Restored
 *   What there was another day.
 * @property {number} sound  How many of the journal's bytes were read; the others were cut off.
 * @property {boolean} damaged
 *   Whether whole lines were among the others, or what was noted in one cannot be: more than what a tab that was killed had not
 *   finished.
 * @property {number} begun  How many of them were there when it was begun.
 * @property {KeptPicture[]} pictures
 * @property {string | null} at  The id of the picture that was open.
 * @property {PictureMark[]} marks
 * @property {number} page  Which page of its file it was, from 0.
 * @property {ShownPart | null} part  What was seen of it; None for all of it.
 * @property {boolean} finding  Whether what a search had found was shown.
 * @property {ShownTone | null} tone  How bright pictures were seen; None for as they are.
 * @property {BegunRun | null} run  What was being done on several pictures, and has not come to its end.
 *
 * @typedef {object} WorkSummary
 *   How much work there is.
 * @property {string} name  That of the first picture; empty without any.
 * @property {number} pictures  How many are in the list.
 * @property {number} objects  In all of them.
 *
 * @typedef {object} HoverPreview
 *   What a click would give.
 * @property {Outline} outline
 * @property {number} iouPrediction
 * @property {number | null} decode  Milliseconds that the last answer took the model; null when it was never asked.
 *
 * @typedef {object} Preview
 *   What an outline would be.
 * @property {Outline} outline
 * @property {number} vertices  How many corners.
 * @property {number} area  In square image pixels.
 * @property {number} iou  With the outline as it is.
 *
 * @typedef {object} Bitmap
 *   RGBA, four bytes a pixel.
 * @property {number} width
 * @property {number} height
 * @property {ArrayBuffer} data
 *
 * @typedef {object} Mask
 *   A byte a pixel, 1 on the object, row by row.
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} data
 *
 * @typedef {object} Exported
 *   A file to save: its bytes, media type and name.
 * @property {ArrayBuffer} bytes
 * @property {string} type
 * @property {string} name
 *
 * @typedef {object} EmbeddingInfo
 *   What an embedding says of itself.
 * @property {string} decoder  The SHA-256 of the decoder's file, in hex; empty where nobody has said.
 * @property {string} model  The model's id; empty where nobody has said.
 * @property {string} encoder
 *   What is known of the encoder, as JSON: an engine without one is attached with it. Empty where the file does not say.
 *
 * @typedef {object} ExportedObjects
 *   A file of all objects.
 * @property {ArrayBuffer} bytes
 * @property {string} type
 * @property {string} name
 * @property {string[]} notes  Sentences about what the format could not hold.
 *
 * @typedef {object} FormatInfo
 *   A format that objects can be saved in.
 * @property {string} name
 * @property {string} title
 * @property {string} extension
 * @property {string} holds  What it can hold, and what is lost, in a few words.
 * @property {boolean} empty  Whether a picture without objects can be saved in it.
 * @property {boolean} tool  Whether it is a single tool's own.
 *
 * @typedef {object} FormatFidelity
 *   How near to their masks the objects come back from a format, filled as its readers do.
 * @property {string} name
 * @property {number} iou  The mean of the objects that were measured.
 * @property {number} objects  How many these were: the first, where there are many.
 *
 * @typedef {object} Measures
 *   What an outline measures, in one unit of length; see geometry/measures.py for whose definitions these are.
 * @property {number} area
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {number} centroidX
 * @property {number} centroidY
 * @property {number} perimeter
 * @property {number} equivalentDiameter
 *
 * @typedef {object} MeasuredObject
 *   One object, measured.
 * @property {string} picture
 * @property {number} id
 * @property {string} name
 * @property {string} category  The name of its class; empty for none.
 * @property {number} pixels  How many its mask has.
 * @property {Measures} inPixels
 * @property {Measures | null} inUnits  In `unit`; null where there is neither a map nor a scale.
 * @property {string} unit
 * @property {number[] | null} color  Mean red, green, blue and grey, 0 to 255; null where it is not known.
 *
 * @typedef {object} Scale
 *   How long a pixel's side is.
 * @property {number} perPixel
 * @property {string} unit
 *
 * @typedef {object} Measured
 *   All measures, from the bottom to the top of each picture, and the scale that was typed.
 * @property {MeasuredObject[]} objects
 * @property {Scale | null} scale
 *
 * @typedef {object} Refined
 *   How a refinement went: after how many rounds it ended, and why.
 * @property {View} view
 * @property {number} rounds
 * @property {string} reason
 *
 * @typedef {object} WhichPicture
 *   What has to be asked about a file of several pictures, and the answers that there are.
 * @property {string} message
 * @property {string[]} choices
 *
 * @typedef {object} JudgedObject
 *   An object that is true or measured, which none was found for.
 * @property {string} name  What it is called in a list.
 * @property {string} category  The name of its class; empty for none.
 * @property {number} area  In pixels.
 *
 * @typedef {object} ComparedObject
 *   An object, and the true one that it was taken for.
 * @property {number} id
 * @property {JudgedObject} object
 * @property {JudgedObject} truth
 * @property {number} iou
 * @property {number} dice
 * @property {number} boundaryF  DAVIS' F.
 * @property {number} hd95  The 95th percentile of the Hausdorff distance, in pixels.
 * @property {number} areaError  In pixels, the object's less the true one's.
 *
 * @typedef {object} ModelMeasured
 *   How near a model's answers are to the objects.
 * @property {number} count  How many objects it was asked for. iou, boundaryF Means over them.
 * @property {number} iou
 * @property {number} boundaryF
 * @property {number} worst  The least IoU, and `worstName` of which object.
 * @property {string} worstName
 *
 * @typedef {object} BenchmarkRound
 *   What a round of a benchmark took, in milliseconds.
 * @property {number} encode
 * @property {number} decode
 *
 * @typedef {object} BenchmarkTold
 *   A benchmark as a table.
 * @property {string} about  What was measured where, in a line.
 * @property {string[]} head
 * @property {string[][]} rows
 * @property {string[]} compared  Sentences about the run that it is compared with.
 * @property {string} markdown  The same, fit for an issue.
 *
 * @typedef {object} Compared
 *   The objects of the open picture, held against the truth.
 * @property {string} source  Where the truth is from, in words.
 * @property {ComparedObject[]} pairs  The worst IoU first.
 * @property {JudgedObject[]} missed  True objects that none was taken for.
 * @property {JudgedObject[]} extra  Objects that there is no truth for.
 * @property {number} tolerance  In pixels: how far off a boundary may be.
 * @property {string[]} said  Sentences about what was left out.
 * @property {WhichPicture | null} asks  As with an import.
 *
 * @typedef {object} Imported
 *   How an import went.
 * @property {View} view
 * @property {number} added  How many objects.
 * @property {string[]} said  Sentences about what was left out or done.
 * @property {WhichPicture | null} asks
 *   Which of the file's pictures is meant has to be said first, by one of the choices, as `pictured`; null: nothing has.
 *
 * @typedef {object} WorkedOn
 *   What has been done on a picture.
 * @property {string} key  What the work on it is kept under.
 * @property {PictureWork | null} work  How much there is on it now; null where nothing was ever done.
 * @property {number} added  Objects that are new.
 * @property {number} asked  Objects that have another shape now.
 * @property {number} failed  Objects that the model gave nothing for; they are as they were.
 * @property {number} kept  Objects that it was not asked for.
 * @property {boolean} open  Whether it is the open picture.
 *
 * @typedef {object} CarriedOver
 *   How carrying over went.
 * @property {View} view
 * @property {number} added  How many objects are new.
 * @property {number} lost  How many there is nothing of here.
 *
 * @typedef {object} MaskLook
 *   What a mask's picture would be taken for, and what else it could be.
 * @property {MaskKind} kind
 * @property {MaskKind[]} kinds
 *
 * @typedef {object} Developed
 *   The picture as a PNG, no larger than a screen needs it.
 * @property {ArrayBuffer} bytes
 *
 * @typedef {object} SetFormat
 *   A format of whole data sets; `splits` says whether it parts them for training and validation.
 * @property {string} name
 * @property {string} title
 * @property {string} extension
 * @property {boolean} splits
 *
 * @typedef {object} FilePiece
 *   A piece of a file; without a path of the one zip.
 * @property {string} path
 * @property {ArrayBuffer} data
 *
 * @typedef {object} SetPieces
 *   The next pieces of a data set.
 * @property {FilePiece[]} pieces
 * @property {boolean} done
 * @property {number} at  How many picture files have been begun.
 * @property {string[]} notes  With the last ones: sentences about what is not in the files, or not as it was.
 *
 * @typedef {object} NewPicture
 *   A picture that a data set brings: a file that was handed over, by its number; or, with -1, the bytes.
 * @property {string} key  What its work is kept under; empty without work.
 * @property {string} name
 * @property {string} place
 * @property {number} file
 * @property {ArrayBuffer} data
 *
 * @typedef {object} SetQuestion
 *   What a data set does not say.
 * @property {'missing' | 'ambiguous' | 'shared' | 'several'} kind
 *   Whether there is no such picture, there are several, there is one that has the name of several in the data set, or the files
 *   hold data sets of several formats.
 * @property {string} reference  How `file` names the picture.
 * @property {string} file
 * @property {string[]} choices  Paths of pictures, or formats; none where any picture may be meant.
 *
 * @typedef {object} SetProblem
 *   A file or picture of which nothing, or not all, was taken, and why.
 * @property {string} path
 * @property {string} code
 * @property {string} message
 *
 * @typedef {object} KeptUnder
 *   What the work on a listed picture is kept under.
 * @property {string} id
 * @property {string} key
 *
 * @typedef {object} SetOutcome
 *   What a data set has come to.
 * @property {SetQuestion[]} questions  Nothing has been taken before they are answered; `pictures` are those that may be meant.
 * @property {string[]} pictures
 * @property {SetProblem[]} problems
 * @property {number} objects  How many have come.
 * @property {number} worked  On how many pictures.
 * @property {KeptUnder[]} keys  Of those of them that were listed before.
 * @property {number} number  Its place among the `imports` of the view; -1 where nothing has come of it.
 * @property {string[]} said  Sentences about what was left out or changed.
 *
 * @typedef {object} SetStep
 *   How far the reading of a data set is.
 * @property {number} read  How many files of annotations, or pictures.
 * @property {NewPicture[]} news  Pictures that join the list.
 * @property {SetOutcome | null} outcome
 *
 * @typedef {object} Executed
 *   How a script has ended.
 * @property {boolean} ended  Whether by itself: not by an error, nor by being stopped.
 * @property {KeptUnder[]} opened  The pictures of the list that it has opened.
 * @property {View} view
 *
 * @typedef {object} Completions
 *   Names, the likeliest first.
 * @property {string[]} names
 *
 * @typedef {Record<string, never>} NoParams
 *   What a method takes that takes nothing.
 *
 * @typedef {object} OpenParams
 *   Open a picture, or a project that holds its picture.
 * @property {ArrayBuffer} bytes
 * @property {string} name
 * @property {string} [place]
 *   The folder that the file lies in, as far as that is known: one of the same name and content elsewhere is another picture.
 * @property {boolean} [preview]  When the browser cannot show it itself.
 * @property {number} [page]  Of a file with several, from 0.
 * @property {ArrayBuffer} [decoded]  The same picture as a PNG, of a format that the browser can read and Python cannot.
 * @property {number[]} [bands]  Which of its bands: three for red, green and blue, or one as grey.
 * @property {boolean} [again]  Whether one comes back to it: the work on it is as it was left, and not as a project has it.
 * @property {ArrayBuffer} [embedding]  A file of what an encoder has made of it: it is not encoded then.
 * @property {boolean} [fetchDecoder]  Whether the worker may fetch the decoder that the embedding belongs to from another host.
 *
 * @typedef {object} EmbeddingParams
 *   Read what an embedding says of itself.
 * @property {ArrayBuffer} bytes
 *
 * @typedef {object} SaveEmbeddingParams
 *   Save what the encoder has made of the open picture.
 * @property {'float16' | 'float32'} precision
 *
 * @typedef {object} RestoreParams
 *   Bring back the work that a journal holds, before any picture is opened.
 * @property {ArrayBuffer} journal
 *
 * @typedef {object} PrepareParams
 *   Encode a picture ahead, from its file; see `open`.
 * @property {ArrayBuffer} bytes
 * @property {number} [page]
 * @property {ArrayBuffer} [embedding]
 *
 * @typedef {object} BeginAnewParams
 *   Begin the journal anew with all that there is.
 * @property {boolean} elsewhere  Whether what lies beside the journal is gone, and is to be stored again.
 *
 * @typedef {object} NoteSessionParams
 *   Note what is to be there again another day; what is left out stays as it was.
 * @property {KeptPicture[]} [pictures]  In the order in which one goes through them.
 * @property {string} [at]  The id of the one that is open.
 * @property {PictureMark[]} [marks]  Those that are new or have changed; marks of pictures that are no longer listed stay.
 * @property {ShownPage} [page]  Which page of its file the one that is open is.
 * @property {ShownPart | null} [part]  What is seen of it; None for all of it.
 * @property {boolean} [finding]  Whether what a search has found is shown.
 * @property {ShownTone | null} [tone]  How bright pictures are seen; None for as they are.
 * @property {BegunRun | null} [run]  What is being done on several pictures; None when it has ended.
 *
 * @typedef {object} AddPointParams
 *   Add a point on the picture.
 * @property {number} x
 * @property {number} y
 * @property {Label} label
 *
 * @typedef {object} MovePointParams
 *   Move a point.
 * @property {number} id
 * @property {number} x
 * @property {number} y
 * @property {number} [gesture]
 *
 * @typedef {object} LabelPointParams
 *   Say whether a point is on the object.
 * @property {number} id
 * @property {Label} label
 *
 * @typedef {object} RemovePointParams
 *   Take a point away.
 * @property {number} id
 *
 * @typedef {object} BoxParams
 *   Set the box, or take it away.
 * @property {Box | null} box
 * @property {number} [gesture]
 *
 * @typedef {object} ChooseParams
 *   Take one of the candidates.
 * @property {number} candidate  Its index.
 * @property {boolean} [offered]
 *   Whether `candidate` is a place among those that are offered instead, as a key has it before they are there; one that is not
 *   offered then changes nothing.
 *
 * @typedef {object} ThresholdParams
 *   Say where the mask ends, in logits.
 * @property {number} threshold
 * @property {number} [gesture]
 *
 * @typedef {object} FeedBackParams
 *   Say whether a further point refines the answer before.
 * @property {boolean} on
 *
 * @typedef {object} SetEdgesParams
 *   Say how the edges of masks are made; null leaves it to the model.
 * @property {Edges | null} edges
 *
 * @typedef {object} SetTidyParams
 *   Say below which share of a mask, 0 to 0.2, specks and pinholes are left out; 0 keeps all, null leaves it to the model.
 * @property {number | null} share
 *
 * @typedef {object} SingleMaskParams
 *   Say whether one mask is shown, as Meta recommends for several clicks or a box, instead of readings to choose from.
 * @property {boolean} on
 *
 * @typedef {object} HoverParams
 *   Tell what a click there would give; null when a newer `hover` has overtaken it. Null for `x` only overtakes.
 * @property {number | null} x
 * @property {number | null} y
 *
 * @typedef {object} PaintParams
 *   Paint on the selected object, or, while there are prompts, on the mask that they give; else what is painted is a prompt.
 * @property {number[]} points  x, y, x, y ... in image pixels.
 * @property {number} radius  In image pixels.
 * @property {boolean} erase
 *
 * @typedef {object} LoadMaskParams
 *   Take a mask picture as a prompt.
 * @property {ArrayBuffer} bytes
 *
 * @typedef {object} RefineParams
 *   Feed the answer back until it is good enough; one step, however many rounds it took.
 * @property {number} rounds  At most.
 * @property {number} iouPrediction  That is good enough, together with `stabilityScore`.
 * @property {number} stabilityScore
 *
 * @typedef {object} ThumbnailParams
 *   Bring the picture to at most `side` pixels on its longest side; null without a picture.
 * @property {number} side
 *
 * @typedef {object} MaskParams
 *   Give a candidate's mask, the one that is shown if none is named.
 * @property {number} [candidate]
 *
 * @typedef {object} ContoursParams
 *   Give a candidate's outline.
 * @property {number} [candidate]
 * @property {number} [tolerance]  In image pixels: how far a simpler one may lie from it.
 *
 * @typedef {object} ExportParams
 *   Write a candidate as a file.
 * @property {ExportKind} kind
 * @property {number} [candidate]
 *
 * @typedef {object} AcceptParams
 *   Make what is shown an object, or the new shape of the one that was reopened, and begin the next.
 * @property {Overlaps} overlaps
 * @property {boolean} [once]
 *   Whether to make no copy: of what is an object already that one is selected, and the code is 'same-object'.
 *
 * @typedef {object} ObjectParams
 *   Name an object.
 * @property {number} id
 *
 * @typedef {object} SelectParams
 *   Use a class for the next objects, or none. It is no step.
 * @property {number | null} id
 *
 * @typedef {object} ChangeObjectParams
 *   Change what is said of an object.
 * @property {number} id
 * @property {number | null} [category]
 * @property {string} [name]
 * @property {boolean} [visible]
 * @property {boolean} [locked]
 *
 * @typedef {object} ObjectsParams
 *   Name objects.
 * @property {number[]} ids
 *
 * @typedef {object} ChangeObjectsParams
 *   Change what is said of objects, in one step. Locked ones are refused, unless only `visible` or `locked` change.
 * @property {number[]} [ids]  Left out, of those that are selected when everything before is done.
 * @property {number | null} [category]
 * @property {boolean} [visible]
 * @property {boolean} [locked]
 *
 * @typedef {object} MoveObjectParams
 *   Put an object at a place in the stack, 0 at the bottom.
 * @property {number} id
 * @property {number} place
 *
 * @typedef {object} AddClassParams
 *   Add a class, and give it to objects, in the same step; without any to the next object.
 * @property {string} name
 * @property {number[]} [to]
 *
 * @typedef {object} ChangeClassParams
 *   Rename or recolour a class, or give it another key: the class that had it gets this one's.
 * @property {number} id
 * @property {string} [name]
 * @property {string} [color]
 * @property {1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9} [key]
 *
 * @typedef {object} RemoveClassParams
 *   Take a class away, from all pictures; its objects stay, without one.
 * @property {number} id
 *
 * @typedef {object} MoveVertexParams
 *   Move a corner of an object's outline.
 * @property {number} id
 * @property {number} index
 * @property {number} x
 * @property {number} y
 * @property {number} [gesture]
 *
 * @typedef {object} InsertVertexParams
 *   Put a corner into an object's outline, after another.
 * @property {number} id
 * @property {number} after
 * @property {number} x
 * @property {number} y
 * @property {number} [gesture]
 *
 * @typedef {object} RemoveVertexParams
 *   Take a corner out of an object's outline.
 * @property {number} id
 * @property {number} index
 * @property {number} [gesture]
 *
 * @typedef {object} ShapeParams
 *   Give an object another outline, made from its own.
 * @property {number} id
 * @property {Shaping} operation
 * @property {number} amount  In image pixels, or square ones where what is smaller is filled or removed.
 *
 * @typedef {object} SearchOptions
 *   Search for everything in the picture; the options are Meta's, by their own names, but `maskNmsThresh` is tabsam's.
 *   Masks are kept down to a little below the two thresholds, for `filterFound`.
 * @property {number} [pointsPerSide]
 * @property {number} [pointsPerBatch]
 * @property {number} [predIouThresh]
 * @property {number} [stabilityScoreThresh]
 * @property {number} [boxNmsThresh]
 * @property {number} [maskNmsThresh]
 * @property {number} [cropNLayers]
 * @property {number} [minMaskRegionArea]
 *
 * @typedef {object} FindOnParams
 *   Search for everything on a picture, open or not, and make objects of all that is found; see `open` for its file.
 *   The objects get the class of the next one. What is an object already is left out.
 * @property {number} [pointsPerSide]
 * @property {number} [pointsPerBatch]
 * @property {number} [predIouThresh]
 * @property {number} [stabilityScoreThresh]
 * @property {number} [boxNmsThresh]
 * @property {number} [maskNmsThresh]
 * @property {number} [cropNLayers]
 * @property {number} [minMaskRegionArea]
 * @property {ArrayBuffer} bytes
 * @property {string} name
 * @property {string} [place]
 * @property {number} [page]
 * @property {boolean} [again]
 * @property {ArrayBuffer} [embedding]
 *
 * @typedef {object} AskAgainOnParams
 *   Ask the model that runs now for each object of a picture, open or not, what it was asked by; see `open` for its file.
 * @property {ArrayBuffer} bytes
 * @property {string} name
 * @property {string} [place]
 * @property {number} [page]
 * @property {boolean} [again]
 * @property {ArrayBuffer} [embedding]
 * @property {boolean} boxes
 *   Whether objects that did not come from prompts are asked for by their boxes; else they stay as they are.
 *
 * @typedef {object} ThumbnailOfParams
 *   Give a page of a file, small: for what a browser cannot show itself.
 * @property {ArrayBuffer} bytes
 * @property {number} page
 * @property {number} side  How long its longer side is at most, in pixels.
 *
 * @typedef {object} CarryOverParams
 *   Carry objects over to the open picture, in one step: as they are, or asked for by prompts or masks.
 *   What is an object already is left out.
 * @property {string} from  The key of their picture.
 * @property {number[]} ids
 * @property {'objects' | 'prompts' | 'masks'} as
 *
 * @typedef {object} FoundParams
 *   Finds, by their numbers: `takeFound` makes objects of them, `rejectFound` leaves them out, each in one step.
 * @property {number[]} numbers
 *
 * @typedef {object} FilterFoundParams
 *   Show finds from other thresholds on: those that a search with these would find. It is no step.
 * @property {number} predIouThresh
 * @property {number} stabilityScoreThresh
 *
 * @typedef {object} ExportObjectsParams
 *   Write all objects, or only the visible ones.
 * @property {string} format
 * @property {boolean} [hidden]  Whether those that are hidden are written as well.
 *
 * @typedef {object} CutOutParams
 *   Cut one object out of the picture, as PNG.
 * @property {number | null} id  Null is the selected object.
 * @property {boolean} full  Whether the file is as large as the picture, and not as the object.
 *
 * @typedef {object} MeasureParams
 *   Measure the objects of the open picture, or of all pictures that were worked on.
 * @property {boolean} all  Whether those of all pictures.
 *
 * @typedef {object} MeasureAgainstParams
 *   Hold the open picture's objects against the truth: the objects of a file, or those of one class, left out of the others.
 * @property {string} name  The file's.
 * @property {ArrayBuffer} [bytes]  Its content; without it, the class is what counts.
 * @property {string} [pictured]  Which of the file's pictures is the open one, where it has asked.
 * @property {number | null} category  The class's id; null for objects without one.
 *
 * @typedef {object} SaveAgainstParams
 * @property {'csv' | 'html'} as
 *
 * @typedef {object} MeasureModelParams
 *   Ask the model that runs for the open picture's objects, by their prompts or their boxes, and hold its answers against them.
 * @property {string} name  What the model is called.
 * @property {boolean} anew  Whether it is the first of those that are compared: what was measured before is forgotten.
 *
 * @typedef {object} SaveModelsParams
 * @property {'csv' | 'html'} as
 *
 * @typedef {object} BenchmarkRoundParams
 *   Encode a drawn picture and decode clicks on it, with the model that runs; the open picture is left as it is.
 * @property {boolean} anew  Whether it is the first round: what was measured before is forgotten.
 *
 * @typedef {object} BenchmarkParams
 *   Tell what the rounds took, and where.
 * @property {string} model
 * @property {string} provider
 * @property {number} threads
 * @property {boolean} isolated
 * @property {string} processor
 * @property {number} cores
 * @property {string} system
 * @property {string} browser
 * @property {string} runtime  onnxruntime-web's version; empty where nobody can say.
 * @property {number | null} gpuBytes
 * @property {number | null} javascriptBytes
 * @property {ArrayBuffer} [other]  A run's file to compare with from now on; without bytes none any more.
 *
 * @typedef {object} SaveBenchmarkParams
 * @property {'json' | 'html'} as
 *
 * @typedef {object} ScaleParams
 *   Say how long a pixel's side is, for all pictures. It is no step.
 * @property {number | null} perPixel  In `unit`; null for no scale.
 * @property {string} unit
 *
 * @typedef {object} SaveProjectParams
 *   Write everything, with the picture's file or without it, so that it can be gone on with elsewhere.
 * @property {boolean} picture
 *
 * @typedef {object} LookAtMaskParams
 *   Tell what a mask's picture would be taken for.
 * @property {ArrayBuffer} bytes
 *
 * @typedef {object} ImportFileParams
 * @property {string} name
 * @property {ArrayBuffer} bytes
 * @property {'objects' | 'prompts' | 'boxes'} as
 * @property {string} [pictured]
 * @property {MaskKind} [kind]
 *
 * @typedef {object} WorldFileParams
 *   Say where the picture lies on a map, by the text of a world file; an empty one takes it back.
 * @property {string} text
 *
 * @typedef {object} SetPicture
 *   A picture of the list, as one of a data set.
 * @property {string} id
 * @property {string} name
 * @property {string} place
 * @property {number} size  Of its file, in bytes.
 * @property {number} file  The number that its file is handed over under; -1 where it cannot be had.
 * @property {number} [page]  Of a file of which each page is a picture of its own, from 0.
 *
 * @typedef {object} ExportSetParams
 *   Begin to write all pictures as one data set.
 * @property {string} format
 * @property {SetPicture[]} pictures
 * @property {boolean} zipped  Whether its files are pieces of one zip.
 * @property {boolean} withPictures  Whether the picture files come along.
 * @property {number} valShare  Of the pictures, in formats with splits; `seed` says which.
 * @property {number} seed
 *
 * @typedef {object} SetFile
 *   A file that a data set may be in: a folder's, or an archive.
 * @property {string} path
 * @property {number} size
 * @property {number} file
 *
 * @typedef {object} SetAnswer
 *   Which picture is meant by a name in a data set; empty for none.
 * @property {string} reference
 * @property {string} picture
 *
 * @typedef {object} ImportSetParams
 *   Begin to read a data set.
 * @property {SetFile[]} files  Those that were handed over.
 * @property {SetPicture[]} pictures  Those that the page lists already.
 * @property {SetAnswer[]} answers  To all that was asked before.
 * @property {string} format  Of several the one that is meant; empty where nobody has been asked.
 *
 * @typedef {object} ExecuteParams
 *   Run a script.
 * @property {string} code
 * @property {KeptPicture[]} pictures  Those of the list, in their order.
 *
 * @typedef {object} CompleteParams
 *   Tell what the name at the end of a line may become.
 * @property {string} before  The line up to the cursor.
 *
 * @typedef {object} DevelopParams
 *   Show the open picture, which has more than 8 bits, by other values; the model has it as before.
 * @property {number} low
 * @property {number} high
 *
 * @typedef {object} OpeningMethods
 *   The picture as a whole.
 *   `open` replaces the document only when the new picture has been encoded: until then, and when it fails or is cancelled, the
 *   one before stays. Its progress carries the stages 'file' (with `preview`, when asked for) and 'encode'. A picture that has
 *   been open before has its work again.
 * @property {{ params: OpenParams, result: View }} open  Open a picture, or a project that holds its picture.
 * @property {{ params: NoParams, result: null }} cancel
 *   Give up the `open` in progress, which then fails with the code 'cancelled'.
 * @property {{ params: NoParams, result: View }} state  Give the view as it is.
 * @property {{ params: PrepareParams, result: Encoded }} prepare
 *   Encode a picture that may be opened next, if nothing else is asked at the moment; tell what is encoded.
 *
 * @typedef {object} KeepingMethods
 *   What is there again another day.
 * @property {{ params: NoteSessionParams, result: null }} noteSession
 *   Note what is to be there again another day; what is left out stays as it was.
 * @property {{ params: NoParams, result: PictureWork[] }} works  Tell of every picture that has been worked on how much there is.
 *
 * @typedef {object} PromptMethods
 *   What the model is asked, and what is taken of its answer.
 *   A call that changes prompts answers, when the model takes its time, first a progress with the new `view` (decoding: true),
 *   and then the result; when a newer change has overtaken it the result is the newer view. Moves of one `gesture` (any number,
 *   one a drag) are one step to undo.
 * @property {{ params: AddPointParams, result: View }} addPoint  Add a point on the picture.
 * @property {{ params: MovePointParams, result: View }} movePoint  Move a point.
 * @property {{ params: LabelPointParams, result: View }} labelPoint  Say whether a point is on the object.
 * @property {{ params: RemovePointParams, result: View }} removePoint  Take a point away.
 * @property {{ params: BoxParams, result: View }} setBox  Set the box, or take it away.
 * @property {{ params: ChooseParams, result: View }} choose  Take one of the candidates.
 * @property {{ params: ThresholdParams, result: View }} setThreshold  Say where the mask ends, in logits.
 * @property {{ params: NoParams, result: View }} clear  Take every prompt away; the objects stay.
 * @property {{ params: NoParams, result: View }} undo  Go a step back.
 * @property {{ params: NoParams, result: View }} redo  Go forward again.
 * @property {{ params: FeedBackParams, result: View }} feedBack  Say whether a further point refines the answer before.
 * @property {{ params: SetEdgesParams, result: View }} setEdges
 *   Say how the edges of masks are made; null leaves it to the model.
 * @property {{ params: SetTidyParams, result: View }} setTidy
 *   Say below which share of a mask, 0 to 0.2, specks and pinholes are left out; 0 keeps all, null leaves it to the model.
 * @property {{ params: SingleMaskParams, result: View }} singleMask
 *   Say whether one mask is shown, as Meta recommends for several clicks or a box, instead of readings to choose from.
 * @property {{ params: HoverParams, result: HoverPreview | null }} hover
 *   Tell what a click there would give; null when a newer `hover` has overtaken it. Null for `x` only overtakes.
 *
 * @typedef {object} MaskPromptMethods
 *   Masks that the model is given.
 * @property {{ params: PaintParams, result: View }} paint
 *   Paint on the selected object, or, while there are prompts, on the mask that they give; else what is painted is a prompt.
 * @property {{ params: NoParams, result: View }} askWithShape
 *   Ask the model with the shape that is shown, as it has been painted.
 * @property {{ params: LoadMaskParams, result: View }} loadMask  Take a mask picture as a prompt.
 * @property {{ params: NoParams, result: View }} removeMask  Take the mask away; the other prompts stay.
 * @property {{ params: RefineParams, result: Refined }} refine
 *   Feed the answer back until it is good enough; one step, however many rounds it took.
 *
 * @typedef {object} OutputMethods
 *   The picture and the mask that is shown, given away.
 * @property {{ params: ThumbnailParams, result: Bitmap | null }} thumbnail
 *   Bring the picture to at most `side` pixels on its longest side; null without a picture.
 * @property {{ params: MaskParams, result: Mask }} mask  Give a candidate's mask, the one that is shown if none is named.
 * @property {{ params: ContoursParams, result: Outline }} contours  Give a candidate's outline.
 * @property {{ params: ExportParams, result: Exported }} export  Write a candidate as a file.
 * @property {{ params: DevelopParams, result: Developed }} develop
 *   Show the open picture, which has more than 8 bits, by other values; the model has it as before.
 *
 * @typedef {object} ObjectMethods
 *   Objects and classes. To select and `useClass` are no steps; every other change is one step to undo.
 * @property {{ params: AcceptParams, result: View }} accept
 *   Make what is shown an object, or the new shape of the one that was reopened, and begin the next.
 * @property {{ params: ObjectParams, result: View }} reopen
 *   Put an object to the model again: `accept` then gives it its new shape.
 * @property {{ params: ObjectParams, result: View }} refineAsAsked
 *   Have the answer to the prompts at hand be an object's new shape.
 * @property {{ params: ObjectsParams, result: View }} selectObjects  Select objects, or none; the first is the `active` one.
 * @property {{ params: ChangeObjectParams, result: View }} changeObject  Change what is said of an object.
 * @property {{ params: ChangeObjectsParams, result: View }} changeObjects
 *   Change what is said of objects, in one step. Locked ones are refused, unless only `visible` or `locked` change.
 * @property {{ params: ObjectParams, result: View }} duplicateObject  Put a copy of an object right above it.
 * @property {{ params: MoveObjectParams, result: View }} moveObject  Put an object at a place in the stack, 0 at the bottom.
 * @property {{ params: ObjectParams, result: View }} removeObject  Take an object away.
 * @property {{ params: ObjectsParams, result: View }} removeObjects  Take several away, if none is locked.
 * @property {{ params: ObjectsParams, result: View }} mergeObjects
 *   Give the first the area of all, and take the others away, if none is locked.
 * @property {{ params: ObjectsParams, result: View }} subtractObjects
 *   Take the area of the others away from the first; refused ('nothing-left') where that were all of it.
 * @property {{ params: AddClassParams, result: View }} addClass
 *   Add a class, and give it to objects, in the same step; without any to the next object.
 * @property {{ params: ChangeClassParams, result: View }} changeClass
 *   Rename or recolour a class, or give it another key: the class that had it gets this one's.
 * @property {{ params: RemoveClassParams, result: View }} removeClass
 *   Take a class away, from all pictures; its objects stay, without one.
 * @property {{ params: SelectParams, result: View }} useClass  Choose the class of the next object, or none.
 *
 * @typedef {object} ShapingMethods
 *   An object's outline. Vertices are counted over all its rings; changes of one `gesture` are one step to undo.
 * @property {{ params: MoveVertexParams, result: View }} moveVertex  Move a corner of an object's outline.
 * @property {{ params: InsertVertexParams, result: View }} insertVertex  Put a corner into an object's outline, after another.
 * @property {{ params: RemoveVertexParams, result: View }} removeVertex  Take a corner out of an object's outline.
 * @property {{ params: ShapeParams, result: View }} reshape  Give an object another outline, made from its own.
 * @property {{ params: ShapeParams, result: Preview }} previewShape  Tell what `reshape` would give, and change nothing.
 *
 * @typedef {object} SearchMethods
 *   The search for everything. What it finds is the picture's until it is taken, rejected or thrown away, and can be undone.
 *   `findAll` tells of each find in a progress of the stage 'find'. It ends with the view, also when it was stopped; with the
 *   code 'cancelled' when another search or picture has taken its place.
 * @property {{ params: SearchOptions, result: View }} findAll
 *   Search for everything in the picture; the options are Meta's, by their own names, but `maskNmsThresh` is tabsam's.
 *   Masks are kept down to a little below the two thresholds, for `filterFound`.
 * @property {{ params: NoParams, result: null }} stopFinding  End the search; what it has found stays.
 * @property {{ params: FilterFoundParams, result: View }} filterFound
 *   Show finds from other thresholds on: those that a search with these would find. It is no step.
 * @property {{ params: FoundParams, result: View }} takeFound
 *   Finds, by their numbers: `takeFound` makes objects of them, `rejectFound` leaves them out, each in one step.
 * @property {{ params: FoundParams, result: View }} rejectFound
 *   Finds, by their numbers: `takeFound` makes objects of them, `rejectFound` leaves them out, each in one step.
 * @property {{ params: NoParams, result: View }} dropFound  Throw away what was found.
 *
 * @typedef {object} EachPictureMethods
 *   What is done on one picture after another, open or not.
 *   It waits for whoever works on the open one, and is a step on its picture. One that is given up, by `leaveOff` or for another,
 *   fails with the code 'cancelled', and nothing has been done.
 * @property {{ params: FindOnParams, result: WorkedOn }} findOn
 *   Search for everything on a picture, open or not, and make objects of all that is found; see `open` for its file.
 *   The objects get the class of the next one. What is an object already is left out.
 * @property {{ params: AskAgainOnParams, result: WorkedOn }} askAgainOn
 *   Ask the model that runs now for each object of a picture, open or not, what it was asked by; see `open` for its file.
 * @property {{ params: NoParams, result: null }} leaveOff  Give up what is being done on a picture.
 * @property {{ params: ThumbnailOfParams, result: Bitmap }} thumbnailOf
 *   Give a page of a file, small: for what a browser cannot show itself.
 *
 * @typedef {object} CarryingMethods
 *   Objects of another picture.
 * @property {{ params: CarryOverParams, result: CarriedOver }} carryOver
 *   Carry objects over to the open picture, in one step: as they are, or asked for by prompts or masks.
 *   What is an object already is left out.
 *
 * @typedef {object} MeasuringMethods
 *   What objects measure.
 * @property {{ params: MeasureParams, result: Measured }} measure
 *   Measure the objects of the open picture, or of all pictures that were worked on.
 * @property {{ params: ScaleParams, result: null }} setScale  Say how long a pixel's side is, for all pictures. It is no step.
 * @property {{ params: MeasureParams, result: ExportedObjects }} exportMeasures  Write the same as CSV.
 *
 * @typedef {object} ComparingMethods
 *   Objects held against the truth.
 * @property {{ params: MeasureAgainstParams, result: Compared }} measureAgainst
 *   Hold the open picture's objects against the truth: the objects of a file, or those of one class, left out of the others.
 * @property {{ params: SaveAgainstParams, result: ExportedObjects }} saveAgainst
 *   Write what was measured last, as CSV, or as a page with the worst objects as pictures.
 *
 * @typedef {object} ModelComparingMethods
 *   Models held against the objects as they are.
 * @property {{ params: MeasureModelParams, result: ModelMeasured }} measureModel
 *   Ask the model that runs for the open picture's objects, by their prompts or their boxes, and hold its answers against them.
 * @property {{ params: SaveModelsParams, result: ExportedObjects }} saveModels
 *   Write what came of the models that were compared, as CSV or as a page.
 *
 * @typedef {object} BenchmarkMethods
 *   How fast the model is that runs.
 * @property {{ params: BenchmarkRoundParams, result: BenchmarkRound }} benchmarkRound
 *   Encode a drawn picture and decode clicks on it, with the model that runs; the open picture is left as it is.
 * @property {{ params: BenchmarkParams, result: BenchmarkTold }} benchmark  Tell what the rounds took, and where.
 * @property {{ params: SaveBenchmarkParams, result: ExportedObjects }} saveBenchmark
 *   Write what was told last, as JSON or as a page.
 *
 * @typedef {object} ExportMethods
 *   Files to save.
 * @property {{ params: NoParams, result: FormatInfo[] }} formats  List the formats that objects can be saved in.
 * @property {{ params: NoParams, result: FormatFidelity[] }} fidelity
 *   Measure how near to their masks the visible objects come back from these.
 * @property {{ params: ExportObjectsParams, result: ExportedObjects }} exportObjects
 *   Write all objects, or only the visible ones.
 * @property {{ params: CutOutParams, result: Exported }} cutOut  Cut one object out of the picture, as PNG.
 * @property {{ params: SaveProjectParams, result: ExportedObjects }} saveProject
 *   Write everything, with the picture's file or without it, so that it can be gone on with elsewhere.
 *
 * @typedef {object} EmbeddingMethods
 *   What an encoder has made, as a file; `open` takes one with its picture.
 * @property {{ params: SaveEmbeddingParams, result: Exported }} saveEmbedding
 *   Save what the encoder has made of the open picture.
 *
 * @typedef {object} ImportMethods
 *   Files for the open picture.
 * @property {{ params: ImportFileParams, result: Imported }} importFile
 *   Read annotations, classes, a project or a world file, in one step. As prompts, the model is asked for each object by its box;
 *   a mask of one object is taken as a mask, to be gone on from. As boxes, it is asked for those that have only a box.
 * @property {{ params: LookAtMaskParams, result: MaskLook }} lookAtMask  Tell what a mask's picture would be taken for.
 * @property {{ params: WorldFileParams, result: View }} setWorldFile
 *   Say where the picture lies on a map, by the text of a world file; an empty one takes it back.
 *
 * @typedef {object} SetMethods
 *   Data sets of many pictures.
 * @property {{ params: NoParams, result: SetFormat[] }} setFormats  List the formats that all pictures can be saved in.
 *
 * @typedef {object} ScriptMethods
 *   The console.
 * @property {{ params: CompleteParams, result: Completions }} complete  Tell what the name at the end of a line may become.
 *
 * @typedef {object} WorkerMethods
 *   What the worker asks, and not the page.
 * @property {{ params: NoParams, result: View }} refresh
 *   Encode the open picture for a model that has taken another's place, and ask it what the one before was asked.
 *
 * @typedef {object} KeepingWorkerMethods
 *   What the worker, which stores the journal, asks.
 * @property {{ params: RestoreParams, result: Restored }} restore
 *   Bring back the work that a journal holds, and write on from there.
 * @property {{ params: BeginAnewParams, result: null }} beginJournalAnew
 *   Write a journal of all that there is, to be put in the place of the one before.
 * @property {{ params: NoParams, result: WorkSummary }} summary  Tell how much work there is.
 *
 * @typedef {object} EmbeddingWorkerMethods
 *   What the worker asks, which finds the decoder that an embedding belongs to.
 * @property {{ params: EmbeddingParams, result: EmbeddingInfo }} describeEmbedding  Read what an embedding says of itself.
 *
 * @typedef {object} SetWorkerMethods
 *   What the worker asks, which has the files. One data set is written at a time, and one is read.
 * @property {{ params: RestoreParams, result: KeptPicture[] }} readOtherProject
 *   Have the next data set that is written be of a project that is not open; give its pictures.
 * @property {{ params: ExportSetParams, result: null }} beginSetExport  Begin to write all pictures as one data set.
 * @property {{ params: NoParams, result: SetPieces }} goOnWithSetExport  Make the next pieces.
 * @property {{ params: NoParams, result: null }} endSetExport  Make no more.
 * @property {{ params: ImportSetParams, result: null }} beginSetImport  Begin to read a data set.
 * @property {{ params: NoParams, result: SetStep }} goOnWithSetImport
 *   Read on; the last step has the outcome, and nothing is taken before it.
 * @property {{ params: NoParams, result: null }} endSetImport  Read no more, and take nothing.
 *
 * @typedef {object} ScriptWorkerMethods
 *   What the worker asks, which can interrupt it. All that a script changes of a picture is one step, even when it fails.
 * @property {{ params: ExecuteParams, result: Executed }} execute  Run a script.
 *
 * @typedef {OpeningMethods & KeepingMethods & PromptMethods & MaskPromptMethods & OutputMethods & ObjectMethods & ShapingMethods & SearchMethods & EachPictureMethods & CarryingMethods & MeasuringMethods & ComparingMethods & ModelComparingMethods & BenchmarkMethods & ExportMethods & EmbeddingMethods & ImportMethods & SetMethods & ScriptMethods} PythonMethods
 *   All that Python answers to the page.
 */

/** What Python answers of all that the page may call. */
export const PYTHON_METHODS = /** @type {const} */ ([
  'open', 'cancel', 'state', 'prepare', 'noteSession', 'works', 'addPoint', 'movePoint', 'labelPoint', 'removePoint', 'setBox',
  'choose', 'setThreshold', 'clear', 'undo', 'redo', 'feedBack', 'setEdges', 'setTidy', 'singleMask', 'hover', 'paint',
  'askWithShape', 'loadMask', 'removeMask', 'refine', 'thumbnail', 'mask', 'contours', 'export', 'develop', 'accept', 'reopen',
  'refineAsAsked', 'selectObjects', 'changeObject', 'changeObjects', 'duplicateObject', 'moveObject', 'removeObject',
  'removeObjects', 'mergeObjects', 'subtractObjects', 'addClass', 'changeClass', 'removeClass', 'useClass', 'moveVertex',
  'insertVertex', 'removeVertex', 'reshape', 'previewShape', 'findAll', 'stopFinding', 'filterFound', 'takeFound', 'rejectFound',
  'dropFound', 'findOn', 'askAgainOn', 'leaveOff', 'thumbnailOf', 'carryOver', 'measure', 'setScale', 'exportMeasures',
  'measureAgainst', 'saveAgainst', 'measureModel', 'saveModels', 'benchmarkRound', 'benchmark', 'saveBenchmark', 'formats',
  'fidelity', 'exportObjects', 'cutOut', 'saveProject', 'saveEmbedding', 'importFile', 'lookAtMask', 'setWorldFile', 'setFormats',
  'complete',
]);

// So far tools/protocol.py.

/** The name of every method; an unknown one is answered with the code 'unknown-method'. */
export const METHODS = /** @type {const} */ ([
  'start', 'models', 'useModel', 'useProvider', 'useCatalog', 'addModel', 'takeDecoder', 'removeModel', 'trustModel', 'stopLoading', 'openProject', 'keepPicture',
  'keptPicture', 'settleProject', 'otherProjects', 'markProject', 'removeDeleted', 'renameProject',
  'duplicateProject', 'exportProject', 'keepThumbnail', 'exportSet', 'importSet', 'stopSet', 'runScript', 'stopScript', 'answerScript', 'takeWheel', ...PYTHON_METHODS,
]);
