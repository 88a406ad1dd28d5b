# SPDX-License-Identifier: MIT
"""Stories: what several sources tell is found to be one, and what merely sounds like it is not."""
import email.utils
import html
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom

# Stories as an agency would send them: each a list of paragraphs.
AGENCY = {
    "ferry": [
        "A ferry with 214 passengers ran aground on a sandbank off the island of Lurra on Tuesday evening after losing power in both engines.",
        "Nobody was hurt, the harbour master said, but it took rescue boats until after midnight to bring everyone ashore in heavy rain.",
        "The vessel, built in 1988, had passed an inspection in March. Investigators will look at the fuel system, which was replaced last winter.",
        "Services between Lurra and the mainland are suspended until Thursday. Travellers can use their tickets on the northern line instead.",
    ],
    "budget": [
        "The city council of Morvane adopted next year's budget by a single vote on Monday, ending six weeks of argument over school repairs.",
        "The plan sets aside 48 million for roofs and heating in eleven schools and raises the charge for parking in the old town by a third.",
        "Opposition members called the vote a farce and left the chamber. The mayor said children could not wait for a better moment.",
        "An audit published last spring had found that two of the buildings might have to close within three years if nothing was done.",
    ],
    "comet": [
        "Astronomers at the observatory on Mount Terel have found a comet that will come closer to Earth than any seen in two centuries.",
        "It should be visible to the naked eye before sunrise from the middle of May, low in the eastern sky, for about three weeks.",
        "The object was first noticed by a student who was testing a new camera and took the faint smear for a fault of the lens.",
        "There is no danger, the team stressed: at its nearest it will still be nineteen times as far away as the Moon.",
    ],
    "水库": [
        "青石省水利厅星期三表示，连日暴雨使云岭水库水位在两天内上涨六米，当地已组织下游三个乡镇的居民转移。",
        "截至当天中午，共有一万两千多人被安置到学校和体育馆，暂无人员伤亡的报告，通往县城的公路仍然中断。",
        "气象部门预计降雨将持续到周末，并提醒山区居民防范山洪和滑坡。救援队已向两个村庄运送饮用水和药品。",
        "水库管理处说，大坝运行正常，泄洪流量从星期二晚上起逐步增加，下游堤防每小时巡查一次。",
    ],
    "选举": [
        "东湖市选举委员会星期日公布结果，无党籍候选人林若安以不到两千票的差距当选市长，打破了执政党十二年来的优势。",
        "投票率达到百分之七十一，是历来最高。落败的现任市长承认败选，但表示将要求重新清点两个投票所的选票。",
        "林若安在竞选中主张降低公共交通票价，并公开市政府与开发商签订的合同。她将于下月一日就职。",
        "分析人士认为，年轻选民的大量参与改变了结果，郊区的支持率比四年前上升了近一倍。",
    ],
}
# The same in a reporter's own words, keeping the quotations and figures that everybody has.
REWRITTEN = {
    "ferry": [
        "More than two hundred people spent much of the night on a stranded ship.",
        "A ferry with 214 passengers ran aground on a sandbank off the island of Lurra on Tuesday evening, and rescue boats worked until after midnight to bring everyone ashore in heavy rain.",
        "Nobody was hurt, the harbour master said. Both engines had failed at once; the fuel system, which was replaced last winter, is now being examined by investigators.",
        "Services between Lurra and the mainland are suspended until Thursday, and those who have tickets may travel on the northern line.",
    ],
    "budget": [
        "It was as close as it could be: the city council of Morvane adopted next year's budget by a single vote on Monday.",
        "At the heart of six weeks of argument over school repairs stood 48 million for roofs and heating in eleven schools, to be paid for by dearer parking in the old town.",
        "Opposition members called the vote a farce and left the chamber, while the mayor said children could not wait for a better moment.",
    ],
    "水库": [
        "云岭水库水位两天内上涨六米，下游居民紧急撤离。",
        "青石省水利厅星期三表示，连日暴雨使云岭水库水位在两天内上涨六米，下游三个乡镇正在疏散。共有一万两千多人被安置到学校和体育馆，暂无人员伤亡的报告。",
        "预计降雨将持续到周末，气象部门提醒山区居民防范山洪和滑坡。通往县城的公路仍然中断，救援队已向两个村庄运送饮用水和药品。",
    ],
}
# On the same themes, and other stories.
OTHERS = {
    "ferry-strike": ["Crews of the ferries between the mainland and the western islands walked out on Friday over shifts of fourteen hours.",
                     "The company offered a bonus and more rest, which the union rejected as a bad joke. Freight is piling up at both harbours.",
                     "A mediator is to meet both sides on Monday. Until then only the morning boat will run, with sailors from the coast guard."],
    "ferry-new": ["The island of Lurra will get two electric ferries by the end of the decade, the ministry of transport said on Thursday.",
                  "Each takes 300 passengers and charges within twenty minutes while at the quay. The shipyard of Nordhamn won the contract.",
                  "The old vessels are to be sold. Islanders had asked for larger car decks, which the new ones do not have."],
    "budget-state": ["The state government wants to borrow two billion next year for roads and bridges, the finance minister told parliament.",
                     "Critics warn of rising interest. The minister replied that a bridge which falls down is the dearest of all.",
                     "Cities hope for a share: many of them have no money left for schools and swimming pools, an association said."],
    "moon": ["A private company wants to land a probe near the southern pole of the Moon in autumn to look for ice in craters without sun.",
             "Two attempts had failed before. Engineers rewrote the software for landing after a sensor had misjudged the height.",
             "If it works, the data will be sold to space agencies, which plan a station there in the coming decade."],
    "干旱": ["北原省农业部门星期四表示，持续干旱已影响三百多万亩农田，部分地区的玉米可能绝收，政府将发放补贴。",
             "当地水库蓄水量不到往年同期的一半，一些县城开始分时段供水。居民说，水井越打越深，水却越来越少。",
             "专家建议改种耐旱作物，并尽快修复老旧的灌溉渠道。气象部门预计下月中旬才会有明显降雨。"],
    "选举改革": ["议会星期一通过选举法修正案，允许在国外的公民以邮寄方式投票，新规定将从后年的大选开始实行。",
                 "反对党担心计票时间过长，要求增加监督人员。选举委员会说，系统已在三个城市试用，没有发现问题。",
                 "一项民意调查显示，超过六成受访者支持修改，年轻人的支持率最高。"],
}
OUTLETS = ("heron", "wren", "crane", "egret", "finch")


def rss(articles):
    now = time.time()
    out = "<rss version='2.0'><channel><title>T</title><link>http://t.example/</link>"
    for i, (title, paragraphs) in enumerate(articles):
        body = html.escape("".join(f"<p>{p}</p>" for p in paragraphs))
        when = email.utils.formatdate(now - 3600 + i, usegmt=True)
        out += f"<item><title>{title}</title><guid>{title}</guid><pubDate>{when}</pubDate><description>{body}</description></item>"
    return out + "</channel></rss>"


class Stories(newsroom.Case):
    def publish(self):
        """Who tells what: (source, title) -> the story's name, or its own."""
        told = {name: [] for name in OUTLETS}
        self.truth = {}

        def add(outlet, title, paragraphs, story):
            told[outlet].append((title, paragraphs))
            self.truth[(outlet, title)] = story

        for name, paragraphs in AGENCY.items():
            add("heron", f"Agency: {name}", paragraphs, name)
            add("wren", f"Another headline for {name}", paragraphs, name)  # word for word
            add("crane", f"In short, {name}", paragraphs[:3], name)  # cut
            if name in REWRITTEN:
                add("egret", f"Our own {name}", REWRITTEN[name], name)
        for name, paragraphs in OTHERS.items():
            add("finch", f"Other: {name}", paragraphs, name)
        self.follow(*OUTLETS)
        for name in OUTLETS:
            self.origin.put("/" + name, rss(told[name]))
        for name in OUTLETS:  # in order, so that the agency is first
            self.harvest("--source", name)

    def stories(self, *options):
        return self.succeed("stories", "--json", *options).json

    def test_copies_and_rewrites_are_found_and_other_stories_are_not(self):
        self.publish()
        found = {}
        for number, story in enumerate(self.stories("--limit", "1000")):
            for article in story["articles"]:
                found[(article["source"], article["title"])] = number
        self.assertEqual(set(found), set(self.truth))
        keys = sorted(found)
        pairs = [(a, b) for i, a in enumerate(keys) for b in keys[i + 1 :]]
        same = [(a, b) for a, b in pairs if self.truth[a] == self.truth[b]]
        grouped = [(a, b) for a, b in pairs if found[a] == found[b]]
        right = len(set(same) & set(grouped))
        self.assertEqual(right, len(grouped), sorted(set(grouped) - set(same)))  # precision
        self.assertGreaterEqual(right / len(same), 0.9, sorted(set(same) - set(grouped)))  # recall

    def test_copies_are_marked_and_the_first_is_the_storys_own(self):
        self.publish()
        ferry = next(s for s in self.stories() if s["articles"][0]["title"] == "Agency: ferry")
        kinships = {a["source"]: a["kinship"] for a in ferry["articles"]}
        self.assertEqual(kinships, {"heron": "own", "wren": "copy", "crane": "copy", "egret": "alike"})
        self.assertEqual(ferry["outlets"], 4)

    def groups(self, *options):
        """Stories as sets of (source, title), of those that more than one article tells."""
        stories = [{(a["source"], a["title"]) for a in story["articles"]} for story in self.stories("--limit", "1000", *options)]
        return sorted((story for story in stories if len(story) > 1), key=len, reverse=True)

    def test_a_wire_story_is_one_whatever_each_outlet_did_to_it(self):
        wire = AGENCY["ferry"]
        edits = {
            "heron": ("Ferry with 214 aboard runs aground", wire),
            "wren": ("Night of rain and rescue off Lurra", [f"LURRA (Own report) — {wire[0]}", *wire[1:], "With reports from our agencies."]),
            "crane": ("All safe after grounding", [wire[1], wire[0], *wire[2:]]),
            "egret": ("Both engines failed", [*wire[:2], "Our harbour correspondent adds that the last grounding here was nineteen years ago."]),
            "finch": ("What we know of the stranded ferry", [p.replace("vessel", "ship").replace("rescue boats", "lifeboats").replace("Tuesday", "Tue") for p in wire]),
        }
        self.follow(*edits)
        for name, article in edits.items():
            self.origin.put("/" + name, rss([article, ("Elsewhere", OTHERS["moon" if name == "heron" else "budget-state"])]))
            self.harvest("--source", name)
        self.assertEqual(self.groups()[0], {(name, title) for name, (title, _) in edits.items()})

    def test_short_texts_under_the_same_lines_are_not_one_story(self):
        """Two outlets of one house: what stands under every text is more than the text."""
        under = ["Sign up for our evening letter to get the best of the coast in your mailbox every day, or listen to our podcast wherever "
                 "you are. This text was made by our regional desk and may not be copied without permission. Report a mistake to our "
                 "editors by choosing the words and pressing control and enter together."]
        short = ["Road to the lighthouse closed until Friday after a rockfall, and the bus goes round by the mill.", "Swimming pool opens two hours earlier in the holidays.",
                 "Court fines a shipowner for oil in the inner harbour.", "Rowing club wins the autumn regatta for the third time.",
                 "New bakery moves into the old customs house next week.", "Library asks readers to bring back the books of last summer.",
                 "Power cut darkens the western quarter for half an hour.", "Mayor plants the hundredth tree of the long avenue."]
        self.follow("heron", "wren")
        for name, texts in (("heron", short[:4]), ("wren", short[4:])):
            self.origin.put("/" + name, rss([(text.split()[0] + " " + str(n), [text, *under]) for n, text in enumerate(texts)]))
            self.harvest("--source", name)
        self.assertEqual(self.groups(), [])
        self.origin.put("/wren", rss([("The same", [short[0], *under])]))  # ... but one that tells the same, is
        self.harvest("--force", "--source", "wren")
        self.assertEqual(self.groups(), [{("heron", "Road 0"), ("wren", "The same")}])

    def test_the_same_news_in_two_languages_are_two_stories(self):
        self.follow("heron", "wren")
        self.origin.put("/heron", rss([("Ferry", AGENCY["ferry"])]))
        self.origin.put("/wren", rss([("渡轮", ["一艘载有214人的渡轮星期二晚间在卢拉岛外搁浅，两台发动机同时失去动力，救援艇在大雨中忙到午夜之后。"] + AGENCY["水库"][1:2])]))
        self.harvest()
        self.assertEqual(self.groups(), [])

    def test_most_outlets_come_first_and_all_articles_are_kept(self):
        self.publish()
        outlets = [s["outlets"] for s in self.stories()]
        self.assertEqual(outlets, sorted(outlets, reverse=True))
        self.assertEqual(len(self.succeed("list", "--json").json), len(self.truth))
        self.assertTrue(all(s["outlets"] >= 3 for s in self.stories("--outlets", "3")))
        self.assertEqual(len(self.stories("--limit", "2")), 2)
        self.assertEqual(self.succeed("stories", "--json", env={"COURANT_TEST_NOW": "+172800"}).json, [])
        table = self.succeed("stories").out
        self.assertIn("copy", table)
        self.assertRegex(table, r"(?m)^ *4  ")

    def test_what_is_days_old_when_it_comes_is_no_story(self):
        self.follow("heron")
        old = email.utils.formatdate(time.time() - 20 * 86400, usegmt=True)
        text = rss([("T", AGENCY["ferry"])])
        start, _, rest = text.partition("<pubDate>")
        self.origin.put("/heron", start + "<pubDate>" + old + rest[rest.index("</pubDate>") :])
        self.harvest()
        self.assertEqual(self.stories("--since", "100d"), [])

    def test_a_wrong_number_or_date_is_a_mistake_of_the_command_line(self):
        self.make_newsroom()
        for words in (("--since", "soon"), ("--limit", "0"), ("--outlets", "x")):
            self.assertEqual(self.run_courant("stories", *words).status, 2)


if __name__ == "__main__":
    harness.main()
