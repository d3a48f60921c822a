/** What the audience sees: one scene, one live picture, in type that the last row reads. Sizes are shares of the frame's width. */
import { Fragment, type ReactNode, useEffect } from "react";
import { useStore } from "zustand";
import { PlaygroundProvider, usePlaygroundState } from "../../client/react.tsx";
import { Mosaic } from "../../views/memory-map/Mosaic.tsx";
import { captionAt, type Panel, pictureAt } from "../format.ts";
import type { TalkPlayer } from "../player.ts";
import { BlockPanel } from "./BlockPanel.tsx";
import { BoxPanel } from "./BoxPanel.tsx";
import { Commands, isAbout } from "./Commands.tsx";
import { LogPanel, PhasesPanel, SupportPanel, TablesPanel } from "./OtherPanels.tsx";
import { DialPanel } from "./DialPanel.tsx";
import { PagePanel } from "./PagePanel.tsx";
import { QrCode } from "./QrCode.tsx";
import { ServicePanel } from "./ServicePanel.tsx";
import styles from "./stage.module.css";
import { stageStrings as words } from "./strings.ts";
import { KindLegend } from "./KindLegend.tsx";
import { ZoneLegend } from "./ZoneLegend.tsx";
import { ZonesPanel } from "./ZonesPanel.tsx";

interface StageProps {
  readonly player: TalkPlayer;
  /** Where the talk can be followed. */
  readonly address: string;
  readonly frozen?: boolean;
  /** A picture only: it is not announced, and nothing is tried for it. */
  readonly still?: boolean;
  /** What stands in the corner of the footer. */
  readonly children?: ReactNode;
}

export function Stage(props: StageProps) {
  return (
    <PlaygroundProvider playground={props.player.playground}>
      <Picture {...props} />
    </PlaygroundProvider>
  );
}

function Picture({ player, address, frozen = false, still = false, children }: StageProps) {
  const place = useStore(player.store, (state) => state.place);
  const coming = useStore(player.store, (state) => state.coming);
  const number = Math.max(0, place.scene);
  const { talk } = player;
  const scene = talk.scenes[number];
  if (!scene) return null;
  const panels = pictureAt(scene, place.cue);
  const caption = captionAt(scene, place.cue);
  // A block has its own line of a shell, and some pictures are lines already.
  const own = panels.some(({ show }) => show === "block" || show === "commands");
  const commands = scene.cues.some(({ run = [] }) => run.some((step) => step.do.length > 0));
  return (
    <div className={styles.fit}>
      <article
        className={styles.frame}
        aria-label={words.at.title(scene.title, number + 1)}
        data-coming={coming || undefined}
      >
        <header>
          <p>{talk.title}</p>
          <h2>{scene.title}</h2>
          <ZoneLegend panels={panels} />
        </header>
        <Watched panels={panels} player={player} />
        <div className={styles.panels} data-count={panels.length}>
          {panels.map((panel, i) => (
            <section key={`${scene.id} ${panelKey(panel, i)}`} className={styles.panel} data-show={panel.show}>
              {(panel.title ?? panel.note) !== undefined && (
                <h3 className={styles.title}>
                  {panel.title} <small>{panel.note}</small>
                </h3>
              )}
              <PanelBody panel={panel} player={player} address={address} still={still} />
            </section>
          ))}
        </div>
        {caption !== undefined && <p className={styles.caption}>{caption}</p>}
        {!own && commands && <Commands player={player} which={() => true} most={2} />}
        <footer>
          <span className={styles.dashes} aria-hidden="true">
            {talk.scenes.map(({ id }, i) => (
              <i key={id} data-at={i === number ? "here" : i < number ? "past" : undefined} />
            ))}
          </span>
          <span>
            <span className="visually-hidden">{words.scene(number + 1, talk.scenes.length)}</span>
            <span aria-hidden="true">{number + 1}</span>
            {frozen && <em> {words.frozen}</em>}
          </span>
          {children}
          <span className={styles.follow}>
            {words.follow} <code>{address}</code>
          </span>
        </footer>
        {!still && (
          <p className="visually-hidden" role="status">
            {place.cue === 0 ? scene.title : (scene.cues[place.cue - 1]?.say ?? "")}
          </p>
        )}
      </article>
    </div>
  );
}

/** A panel that stays from click to click keeps its place in the page. */
const panelKey = (panel: Panel, i: number): string =>
  JSON.stringify([i, panel.show, "block" in panel ? panel.block : "partition" in panel ? panel.partition : ""]);

function PanelBody({
  panel,
  player,
  address,
  still,
}: {
  readonly panel: Panel;
  readonly player: TalkPlayer;
  readonly address: string;
  readonly still: boolean;
}) {
  switch (panel.show) {
    case "block":
      return <BlockPanel block={panel.block} player={player} />;
    case "box":
      return <BoxPanel {...panel} />;
    case "blocks":
      return <BlocksPanel nodes={panel.nodes} />;
    case "zones":
      return <ZonesPanel partition={panel.partition} />;
    case "tables":
      return <TablesPanel partition={panel.partition} />;
    case "log":
      return <LogPanel partition={panel.partition} />;
    case "phases":
      return <PhasesPanel dimm={panel.dimm} />;
    case "support":
      return <SupportPanel {...panel} still={still} />;
    case "page":
      return <PagePanel block={panel.block} page={panel.page} player={player} />;
    case "dial":
      return <DialPanel {...panel} />;
    case "service":
      return <ServicePanel partition={panel.partition} dimm={panel.dimm} player={player} />;
    case "follow":
      return <QrCode address={`${location.protocol}//${address}`} className={styles.code} />;
    case "commands": {
      const { partition } = panel;
      return (
        <Commands player={player} which={(done) => partition === undefined || isAbout(done, { partition })} most={6} />
      );
    }
  }
}

/** The room for a picture of blocks, and the words below each, in the frame's units. */
const BLOCKS_WIDTH = 1728;
const BLOCKS_HEIGHT = 620;
const BLOCK_WORDS = 46;

/** As few columns as give the largest squares. */
function squares(count: number): { readonly columns: number; readonly side: number } {
  let best = { columns: 1, side: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const side = Math.floor(Math.min(BLOCKS_WIDTH / columns - 14, BLOCKS_HEIGHT / rows - BLOCK_WORDS));
    if (side > best.side) best = { columns, side };
  }
  return best;
}

function BlocksPanel({ nodes }: { readonly nodes: readonly string[] }) {
  const count = usePlaygroundState(({ records }) =>
    nodes.reduce((sum, node) => sum + (records.node[node]?.blocks.length ?? 0), 0),
  );
  const { columns, side } = squares(count);
  return (
    <>
      <div className={styles.mosaics} style={{ "--columns": columns, "--side": side } as React.CSSProperties}>
        {nodes.map((node) => (
          <NodeMosaics key={node} node={node} />
        ))}
      </div>
      <KindLegend nodes={nodes} />
    </>
  );
}

function NodeMosaics({ node }: { readonly node: string }) {
  const blocks = usePlaygroundState((state) => state.records.node[node]?.blocks);
  return (
    <>
      {(blocks ?? []).map((block) => (
        <figure key={block}>
          <Mosaic block={block} label={`memory${block.split(":")[1]}`} />
          <figcaption>{block.split(":")[1]}</figcaption>
        </figure>
      ))}
    </>
  );
}

/** Asks the machine for the maps that the panels draw. */
function Watched({ panels, player }: { readonly panels: readonly Panel[]; readonly player: TalkPlayer }) {
  const fine = JSON.stringify(panels.flatMap((panel) => (panel.show === "block" ? [panel.block] : [])));
  const nodes = JSON.stringify(panels.flatMap((panel) => (panel.show === "blocks" ? panel.nodes : [])));
  const beside = usePlaygroundState((state) =>
    JSON.stringify((JSON.parse(nodes) as string[]).flatMap((node) => state.records.node[node]?.blocks ?? [])),
  );
  useEffect(() => {
    player.playground.watchFine(JSON.parse(fine) as string[]);
    player.playground.watchBeside(JSON.parse(beside) as string[]);
  }, [player, fine, beside]);
  return <Fragment />;
}
