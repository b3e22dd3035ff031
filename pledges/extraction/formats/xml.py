"""Parts of office files as element trees: no entities, no network, no huge trees."""

from lxml import etree

from pledges.extraction.formats.zips import bomb, broken


def parse(data: bytes) -> etree._Element:
    """The root of a part. Office files declare no entities: one that does is refused unread."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise bomb()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise bomb()
    return root
