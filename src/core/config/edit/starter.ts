/** Whole files to begin with, as snippets: what an empty document offers. */
import { type Syntax } from '../tree';

export interface Starter {
  readonly label: string;
  readonly doc: string;
  /** In the editor's snippet syntax. */
  readonly snippet: string;
}

const token = `Token:
    OBSID: ""
    STARTSB: ""
    PIPELINE_STEP: "\${1:pref_cal1}"
    SBXloc: "\${2:TEAM/step}/\${3:my_step}.tar"
    RESULTS_DIR: "gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/user/\${4:team}/results"
    status: queued
    times: {}
`;

const sandbox = `Sandbox:
    name: \${3:my_step}
    loc: "\${2:TEAM/step}"
    git:
        location: https://\${5:git.example.org/team/sandbox.git}
        branch: \${6:main}
    git_scripts:
    remove_when_done: true
`;

const shellVariables = `Shell_variables:
    _id: "\\$TOKEN"
    OBSID: "\\$OBSID"
    STARTSB: "\\$STARTSB"
    PIPELINE_STEP: "\\$PIPELINE_STEP"
    RESULTS_DIR: "\\$RESULTS_DIR"
    _attachments:
        \${7:step.parset}: "\\$PARSET"
        srm.txt: srm.txt
`;

const outputs = `Job:
    NCPU: \${8:4}
    queue: \${9:normal}

outputs:
    files:
        - namePattern: "\${10:*.tar}"
          type: gridse
          dest: "\\$RESULTS_DIR"
    onFailure: logs
`;

const v1 = `{
    "PicasApiVersion": 0.5,
    "Job": {
        "NCPU": \${8:4},
        "queue": "\${9:normal}",
        "parameter_step": 1,
        "wholenode": false,
        "variables": {
            "OBSID": "",
            "STARTSB": "",
            "PIPELINE_STEP": "\${1:pref_cal1}",
            "RESULTS_DIR": "gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/user/\${2:team}/results"
        }
    },
    "Token": {
        "status": "queued",
        "times": {},
        "upload": {
            "location": "\\$RESULTS_DIR/\\$OBSID",
            "template": "\${1:pref_cal1}_\\$STARTSB_\\$DATE",
            "add_date": true,
            "date_granularity": "hour",
            "gzip": false,
            "overwrite": false
        },
        "variables": {
            "_token_keys": {
                "\\$OBSID": "OBSID",
                "\\$STARTSB": "STARTSB",
                "\\$PIPELINE_STEP": "PIPELINE_STEP",
                "\\$RESULTS_DIR": "RESULTS_DIR"
            },
            "_attachments": {
                "\\$PARSET": "\${3:step.parset}",
                "\\$SRMFILE": "srm.txt"
            }
        }
    },
    "sandbox": {
        "git": {
            "url": "https://\${4:git.example.org/team/sandbox.git}",
            "branch": "\${5:main}"
        }
    }
}
`;

const yaml: readonly Starter[] = [
  {
    label: 'Grid Workbench step',
    doc: 'The maps of GRID_LRT v0.5 with “Job” and “outputs” beside them. Tools of v0.5 read it too.',
    snippet: `apiVersion: 2\n\n${token}\n${sandbox}\n${shellVariables}\n${outputs}`,
  },
  {
    label: 'v0.5 step',
    doc: 'Step configuration of GRID_LRT v0.5: token, sandbox and shell variables.',
    snippet: `apiVersion: 0\n\n${token}\n${sandbox}\n${shellVariables}`,
  },
];
const json: readonly Starter[] = [{ label: 'v1 step', doc: 'Step configuration of GRID_LRT v1: job, token and sandbox.', snippet: v1 }];

export function starters(syntax: Syntax): readonly Starter[] {
  return syntax === 'json' ? json : yaml;
}
