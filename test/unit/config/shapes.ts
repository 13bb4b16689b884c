/** Step configuration in the shapes of real files, with other content. */

/** v0.5, as it comes from the old repository: reserved fields at their defaults, zeros without quotes, loc2. */
export const step05 = `###########
# Calibrator step of the field survey
##########
apiVersion: 0

Token:
    OBSID: ""
    STARTSB: 000
    SBXloc: "SURVEY/calib/field_cal.tar"
    lock: 0
    done: 0
    hostname: ""
    output: 0
    LOFAR_PATH: "/cvmfs/sw.example.org/lofar/2.21.4-centos7"
    PIPELINE_STEP: "pref_cal1"
    progress: ""
    scrub_count: 0
    status: queued
    RESULTS_DIR: "gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/user/survey/field_cal" 
    times: {}
    type: test

#####
# What goes into the sandbox
#####
Sandbox:
    name: field_cal
    loc: "/SURVEY/calib/"
    loc2: None
    git:
        location: https://git.example.org/survey/sandbox.git
        branch: calib
    git_scripts: #pulls scripts to make sandbox
        prefactor:
            git_url: "https://git.example.org/survey/prefactor.git"
            commit: "4d2a91f"
    remove_when_done: True

Shell_variables: #token values -> Bash variables 
    '_id': '$TOKEN'
    OBSID : '$OBSID'
    STARTSB: '$STARTSB'
    LOFAR_PATH : '$LOFAR_PATH'
    PIPELINE_STEP: '$PIPELINE_STEP'
    RESULTS_DIR : '$RESULTS_DIR'
    '_attachments':
        Field-Calibrator.parset: '$PARSET'
        srm.txt : srm.txt

`;

/** The same without a repository, and with a folder of scripts of v0.2. */
export const withoutGit = step05
  .replace(/ {4}git:\n.*\n.*\n/, '    type: lofar_prefactor\n')
  .replace('times: {}', "times: {'now':1000000}")
  .replace('PIPELINE_STEP: "pref_cal1"', 'PIPELINE: "tutorial"')
  .replace("PIPELINE_STEP: '$PIPELINE_STEP'", "PIPELINE: '$PIPELINE'");

/** The same with a value that lacks its dollar, in double quotes and lined up. */
export const withoutDollar = step05.replace("RESULTS_DIR : '$RESULTS_DIR'", 'RESULTS_DIR :   "RESULTS_DIR"');

/** v1. */
export const step1 = `{
    "Job": {
        "NCPU": 4,
        "parameter_step": 1,
        "queue": "medium",
        "command": "genericpipeline.py -d $PARSET ",
        "variables": {
            "OBSID": "L701234",
            "PIPELINE_STEP": "field_cal",
            "RESULTS_DIR": "gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/user/survey/field_cal",
            "STARTSB": "000"
        },
        "wholenode": false
    },
    "Token": {
        "status": "queued",
        "times": {},
        "upload": {
            "add_date": true,
            "date_granularity": "hour",
            "gzip": false,
            "location": "$RESULTS_DIR",
            "overwrite": false,
            "template": "field_cal_$STARTSB_$DATE"
        },
        "variables": {
            "_attachments": {
                "$PARSET": "Field-Calibrator.parset",
                "$SRMFILE": "srm.txt"
            },
            "_token_keys": {
                "$OBSID": "OBSID",
                "$PIPELINE_STEP": "PIPELINE_STEP",
                "$RESULTS_DIR": "RESULTS_DIR",
                "$STARTSB": "STARTSB"
            }
        }
    },
    "container": {
        "singularity": {
            "SIMG": "shub://survey/images:lofar",
            "SIMG_COMMIT": "0f3c7d2be4a15968"
        }
    },
    "sandbox": {
        "git": { "branch": "calib", "url": "https://git.example.org/survey/sandbox.git" },
        "scripts": [
            { "prefactor": { "branch": "master", "checkout_dir": "prefactor", "url": "https://git.example.org/survey/prefactor.git" } }
        ]
    },
    "downloader": { "executable": "globus-url-copy", "options": ["-rst", "-st", "30"], "extract": "true" }
}
`;

/** Ours: the maps of v0.5 and the rest. */
export const stepOurs = `apiVersion: 2
Token:
  OBSID: ""
  STARTSB: "000"
  PIPELINE_STEP: imaging1
  RESULTS_DIR: gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/user/survey/images
  upload:
    location: $RESULTS_DIR/$OBSID
    template: image_$STARTSB
Sandbox:
  name: imaging
  loc: SURVEY/imaging
  git:
    location: git@git.example.org:survey/sandbox.git
    commit: 0c91f3a7
    branch: imaging
  git_scripts:
  remove_when_done: true
Shell_variables:
  _id: $TOKEN
  OBSID: $OBSID
  STARTSB: $STARTSB
  RESULTS_DIR: $RESULTS_DIR
  _attachments:
    imaging.parset: $PARSET
    srm.txt: srm.txt
Job:
  NCPU: 8
  queue: normal
container:
  singularity:
    SIMG: /cvmfs/sw.example.org/images/lofar_3_3.simg
outputs:
  files:
    - '*.log'
    - type: gridse
      namePattern: '*.MS.tar'
      dest: $RESULTS_DIR
      format: '{obsid}/{token}/{fname}'
  failIfNotMatched: true
  onFailure: logs
`;

/** Notes of 2017: not YAML. */
export const notes2017 = `LRT:

    name:"Survey_reduction"
    sw_dir: /cvmfs/sw.example.org/lofar_prof
    sw_ver: 2_18

    staging:
        ignore_unstaged:True
        no_stage:False

    token:
        attachments:
            -input.parset
            -srmlist
`;
