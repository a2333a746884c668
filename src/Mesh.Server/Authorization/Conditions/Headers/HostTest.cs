using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions.Headers;

/// <summary>The host matches, with or without its port, a dot at its end, and whichever way its letters are written (S63).</summary>
internal sealed class HostTest : RequestTest
{
    private readonly HeaderMatch _match;
    private readonly TextMatcher? _value;

    public HostTest(HeaderMatch match)
    {
        _match = match;
        _value = match.Value is null ? null : new TextMatcher(Canonical(match.Value));
    }

    public override Truth Test(ref RequestFacts facts) => Of(Holds(facts.Host) != _match.Invert);

    private bool Holds(string host) => _match.Kind switch
    {
        HeaderMatchKind.Present => (host.Length > 0) == _match.Present,
        HeaderMatchKind.Range => false,
        _ => Matches(HostText.ToAscii(host)),
    };

    private bool Matches(ReadOnlySpan<char> host)
    {
        var name = HostText.WithoutPort(host);
        if (_value!.Matches(host) || _value.Matches(name))
        {
            return true;
        }

        if (!name.EndsWith("."))
        {
            return false;
        }

        var bare = name[..^1];
        return _value.Matches(bare) || (name.Length < host.Length && _value.Matches(string.Concat(bare, host[name.Length..])));
    }

    private static StringMatch Canonical(StringMatch match) => match.Kind switch
    {
        StringMatchKind.Regex => match with { IgnoreCase = true },
        StringMatchKind.Exact => match with { Value = HostText.WithoutDot(HostText.ToAscii(match.Value)), IgnoreCase = true },
        _ => match with { Value = HostText.ToAscii(match.Value), IgnoreCase = true },
    };
}
