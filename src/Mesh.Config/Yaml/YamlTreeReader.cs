using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.Config.Yaml;

/// <summary>Builds the tree of one document from the parser's events, within limits.</summary>
/// <remarks>
/// YamlDotNet's own representation model recurses without a limit and hashes whole subtrees, so that a small hostile text takes the
/// process down; its event parser does neither.
/// </remarks>
internal sealed class YamlTreeReader
{
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly Parser _parser;
    private readonly YamlText _text;
    private readonly YamlLimits _limits;
    private long _nodes;

    private YamlTreeReader(YamlText text, YamlLimits limits)
    {
        _parser = new Parser(new StringReader(text.Text));
        _text = text;
        _limits = limits;
    }

    /// <summary>The value of the document; null when there is none.</summary>
    /// <exception cref="YamlFormatException">Not YAML, or beyond the limits.</exception>
    public static YamlNode? Read(YamlText text, YamlLimits limits)
    {
        if (text.Text.Length > limits.DocumentLength)
        {
            throw new YamlFormatException(text.FirstLine, 0, $"the document has {text.Text.Length} characters; at most {limits.DocumentLength} are read");
        }

        var reader = new YamlTreeReader(text, limits);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            throw reader.Failure(exception.Start, exception.Message);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet's scanner loses its way on some texts that are not YAML and does not say so with an exception of its own.
            throw reader.Failure(reader._parser.Current?.End ?? Mark.Empty, "the text is not YAML from about here on");
        }
    }

    private YamlNode? ReadDocument()
    {
        YamlNode? root = null;
        while (_parser.MoveNext())
        {
            switch (_parser.Current)
            {
                case StreamStart or StreamEnd or DocumentStart or DocumentEnd:
                    break;
                case { } second when root is not null:
                    throw Failure(second.Start, "a second document starts here; put \"---\" before it");
                default:
                    root = ReadNode(depth: 1);
                    break;
            }
        }

        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current!;
        var node = current switch
        {
            AnchorAlias alias => Follow(alias),
            Scalar scalar => ToScalar(scalar),
            SequenceStart sequence => ReadSequence(sequence, depth),
            MappingStart mapping => ReadMapping(mapping, depth),
            _ => throw Failure(current.Start, $"unexpected {current}"),
        };

        // An alias brings everything that its anchor stands for, each time.
        _nodes += current is AnchorAlias ? node.Weight : 1;
        if (_nodes > _limits.Nodes)
        {
            throw Failure(current.Start, $"more than {_limits.Nodes} values in one document, aliases expanded");
        }

        if (depth + node.Height > _limits.Depth + 1)
        {
            throw Failure(current.Start, $"nested deeper than {_limits.Depth} levels");
        }

        // Registered only now that the node is complete: an anchor that holds its own alias stays unknown inside itself.
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = node;
        }

        return node;
    }

    private YamlNode Follow(AnchorAlias alias) =>
        _anchors.TryGetValue(alias.Value.Value, out var node)
            ? node
            : throw Failure(alias.Start, $"the alias *{alias.Value.Value} has no anchor before it");

    private YamlScalar ToScalar(Scalar scalar)
    {
        var kind = scalar switch
        {
            { Tag.IsEmpty: false, Tag.Value: "tag:yaml.org,2002:str" or "!" } => YamlScalarKind.String,
            { Style: ScalarStyle.Plain } => YamlScalar.Resolve(scalar.Value),
            _ => YamlScalarKind.String,
        };
        return new YamlScalar(Line(scalar.Start), Column(scalar.Start), scalar.Value, kind);
    }

    private YamlSequence ReadSequence(SequenceStart start, int depth)
    {
        CheckDepth(start, depth);
        var items = new List<YamlNode>();
        while (Advance() is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlSequence(Line(start.Start), Column(start.Start), items);
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        CheckDepth(start, depth);
        var entries = new List<YamlEntry>();
        var merged = new List<YamlNode>();
        while (Advance() is not MappingEnd)
        {
            var keyEvent = _parser.Current!;
            if (ReadNode(depth + 1) is not YamlScalar key)
            {
                throw Failure(keyEvent.Start, "a key must be a plain word, not a list or a mapping");
            }

            Advance();
            var value = ReadNode(depth + 1);
            if (keyEvent is Scalar { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.Add(value);
            }
            else
            {
                entries.Add(new YamlEntry(key, value));
            }
        }

        merged.ForEach(node => Merge(node, entries));
        return new YamlMapping(Line(start.Start), Column(start.Start), entries);
    }

    /// <summary>YAML's merge key: brings the entries of other mappings; what is written out wins.</summary>
    private static void Merge(YamlNode source, List<YamlEntry> entries)
    {
        var mappings = source is YamlSequence sequence ? sequence.Items : [source];
        var known = entries.Select(entry => entry.Key.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var node in mappings)
        {
            if (node is not YamlMapping mapping)
            {
                throw new YamlFormatException(node.Line, node.Column, $"\"<<\" takes a mapping or a list of mappings, not {node.Describe()}");
            }

            entries.AddRange(mapping.Entries.Where(entry => known.Add(entry.Key.Text)));
        }
    }

    private ParsingEvent Advance() =>
        _parser.MoveNext() ? _parser.Current! : throw new YamlFormatException(_text.FirstLine, 0, "the document ends in the middle of a value");

    private void CheckDepth(ParsingEvent start, int depth)
    {
        if (depth > _limits.Depth)
        {
            throw Failure(start.Start, $"nested deeper than {_limits.Depth} levels");
        }
    }

    private int Line(Mark mark) => _text.FirstLine - 1 + (int)mark.Line;

    private static int Column(Mark mark) => (int)mark.Column;

    private YamlFormatException Failure(Mark mark, string message) => new(Line(mark), Column(mark), message);
}
