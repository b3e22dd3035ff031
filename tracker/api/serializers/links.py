"""What belongs together: a pledge's links, and what is offered beside a measure."""

from typing import Any

from rest_framework import serializers

from pledges.models import Measure, Pledge, PledgeLink
from tracker import pledge_links
from tracker.api.serializers.organisation import UnitName
from tracker.web.hints import KINDS

RELATIONS = [(name, name) for name in pledge_links.ORDER]
LIKENESSES = [(str(kind), label) for kind, label in KINDS.items()]


class PledgeName(serializers.ModelSerializer):
    class Meta:
        model = Pledge
        fields = ["id", "number", "title"]
        read_only_fields = fields


class LinkRow(serializers.Serializer):
    """由人确认的关联:延续自、延续为,或在别的文件中的同一事项(只有条目,没有事项)。"""

    relation = serializers.ChoiceField(choices=RELATIONS)
    words = serializers.CharField()
    pledge = PledgeName(allow_null=True)
    measure = serializers.SerializerMethodField(help_text="同一事项的条目 id")

    def get_measure(self, linked: pledge_links.Linked) -> int | None:
        return linked.measure.pk if linked.measure else None


class OwnerHint(serializers.Serializer):
    """原文的名称可能指哪个单位;泛指多个单位时没有单位。"""

    name = serializers.CharField()
    part = serializers.CharField()
    unit = UnitName(allow_null=True)
    confidence = serializers.IntegerField(help_text="百分之几")
    why = serializers.CharField()


class UnitHint(serializers.Serializer):
    """以往相近的事项由谁牵头。"""

    unit = UnitName()
    pledge = PledgeName()
    confidence = serializers.IntegerField(help_text="百分之几")


class DuplicateHint(serializers.Serializer):
    """可能已有的事项。"""

    pledge = PledgeName()
    score = serializers.IntegerField(help_text="百分之几")
    kind = serializers.ChoiceField(choices=LIKENESSES)
    offers = serializers.ChoiceField(choices=PledgeLink.Kind.choices)
    why = serializers.CharField()


class MeasureName(serializers.ModelSerializer):
    class Meta:
        model = Measure
        fields = ["id", "document", "title"]
        read_only_fields = fields


class ElsewhereHint(serializers.Serializer):
    """其他文件中可能相同的条目。"""

    measure = MeasureName()
    score = serializers.IntegerField(help_text="百分之几")
    why = serializers.CharField()


class MeasureLink(serializers.ModelSerializer):
    pledge = PledgeName(read_only=True)

    class Meta:
        model = PledgeLink
        fields = ["pledge", "kind", "made_at"]
        read_only_fields = fields


class MeasureHints(serializers.Serializer):
    """供人参考,由人确认;``links`` 是已经确认的关联。"""

    owners = OwnerHint(many=True)
    suggested = UnitHint(many=True)
    duplicates = DuplicateHint(many=True)
    elsewhere = ElsewhereHint(many=True)
    links: Any = MeasureLink(many=True)
