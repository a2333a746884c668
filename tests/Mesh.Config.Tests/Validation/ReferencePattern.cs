using FsCheck;
using FsCheck.Fluent;

namespace Mesh.Config.Tests.Validation;

/// <summary>A regular expression as a tree, which matches by trying everything: slow, and too simple to be wrong.</summary>
internal abstract record ReferencePattern
{
    public static Gen<ReferencePattern> Generator { get; } = Gen.Sized(size => OfDepth(Math.Min(size, 4)));

    /// <summary>Where a match that begins at a place can end.</summary>
    public abstract IReadOnlySet<int> Ends(string text, int from);

    private static Gen<ReferencePattern> OfDepth(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Elements<ReferencePattern>(
                new One("a", static character => character == 'a'), new One("\\-", static character => character == '-'), new One("\\n", static character => character == '\n'),
                new One(".", static character => character != '\n'), new One("\\d", char.IsAsciiDigit), new One("\\W", static character => !char.IsAsciiLetterOrDigit(character)),
                new One("[ab-]", static character => character is 'a' or 'b' or '-'), new One("[^a]", static character => character != 'a'),
                new One("[[:alpha:]1]", static character => char.IsAsciiLetter(character) || character == '1'), new One("\\x62", static character => character == 'b')));
        if (depth == 0)
        {
            return leaf;
        }

        var inner = OfDepth(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.ArrayOf(2).Select(static parts => (ReferencePattern)new Sequence(parts[0], parts[1])),
            inner.ArrayOf(2).Select(static parts => (ReferencePattern)new Either(parts[0], parts[1])),
            from part in inner
            from least in Gen.Choose(0, 2)
            from more in Gen.Choose(0, 2)
            from lazy in Gen.Elements("", "?")
            select (ReferencePattern)new Repeated(part, least, least + more, lazy));
    }

    private sealed record One(string Pattern, Func<char, bool> Fits) : ReferencePattern
    {
        public override IReadOnlySet<int> Ends(string text, int from) =>
            from < text.Length && Fits(text[from]) ? new HashSet<int> { from + 1 } : new HashSet<int>();

        public override string ToString() => Pattern;
    }

    private sealed record Sequence(ReferencePattern First, ReferencePattern Second) : ReferencePattern
    {
        public override IReadOnlySet<int> Ends(string text, int from) => First.Ends(text, from).SelectMany(end => Second.Ends(text, end)).ToHashSet();

        public override string ToString() => $"{First}{Second}";
    }

    private sealed record Either(ReferencePattern First, ReferencePattern Second) : ReferencePattern
    {
        public override IReadOnlySet<int> Ends(string text, int from) => First.Ends(text, from).Union(Second.Ends(text, from)).ToHashSet();

        public override string ToString() => $"(?:{First}|{Second})";
    }

    private sealed record Repeated(ReferencePattern Part, int Least, int Most, string Lazy) : ReferencePattern
    {
        public override IReadOnlySet<int> Ends(string text, int from)
        {
            var ends = new HashSet<int>();
            IEnumerable<int> current = [from];
            for (var times = 0; times <= Most; times++)
            {
                if (times >= Least)
                {
                    ends.UnionWith(current);
                }

                current = current.SelectMany(end => Part.Ends(text, end)).ToHashSet();
            }

            return ends;
        }

        public override string ToString() => $"(?:{Part}){{{Least},{Most}}}{Lazy}";
    }
}
