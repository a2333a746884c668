using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client;
using Mesh.Client.Pipeline;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Propagation;

/// <summary>Remembers which headers of a request every call made on its behalf carries on.</summary>
internal sealed class HeaderCapture
{
    /// <summary>What concerns one hop only: the next one is told anew by the outbound side, or by HTTP itself.</summary>
    private static readonly FrozenSet<string> OneHop = FrozenSet.Create(
        StringComparer.Ordinal,
        DeadlineHeaders.ExpectedTimeout, DeadlineHeaders.GrpcTimeout, RetryOwnership.ExhaustedHeader, "x-envoy-attempt-count",
        "host", "connection", "content-length", "content-type", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade");

    private readonly ImmutableArray<string> _names;
    private readonly FrozenDictionary<string, string> _byName;
    private readonly string[] _prefixes;
    private readonly int _maxHeaders;
    private readonly int _maxLength;

    /// <param name="names">Header names; repeated ones count once, those that concern one hop not at all.</param>
    public HeaderCapture(IEnumerable<string> names)
        : this(names, [], maxHeaders: 64, maxLength: 16 * 1024)
    {
    }

    public HeaderCapture(MeshPropagationOptions options, string laneHeader)
        : this(options.Effective.Append(laneHeader), options.Prefixes, options.MaxHeaders, options.MaxLength)
    {
    }

    private HeaderCapture(IEnumerable<string> names, IEnumerable<string> prefixes, int maxHeaders, int maxLength)
    {
        _names = [.. names.Select(static name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Where(static name => !OneHop.Contains(name))];
        _byName = _names.ToFrozenDictionary(static name => name, StringComparer.OrdinalIgnoreCase);
        _prefixes = [.. prefixes.Select(static prefix => prefix.ToLowerInvariant())];
        (_maxHeaders, _maxLength) = (maxHeaders, maxLength);
    }

    /// <summary>The headers to carry on; empty, without an allocation, when the request has none of them.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Capture(IHeaderDictionary headers)
    {
        var found = ArrayPool<KeyValuePair<string, string>>.Shared.Rent(_maxHeaders);
        var (count, length) = (0, 0);

        // What costs less: looking for every name, or going through the headers of the request.
        if (_prefixes.Length > 0 || headers.Count < _names.Length / 2)
        {
            foreach (var (name, values) in headers)
            {
                if (Find(name) is { } lower)
                {
                    Add(lower, values);
                }
            }
        }
        else
        {
            foreach (var name in _names)
            {
                if (headers.TryGetValue(name, out var values))
                {
                    Add(name, values);
                }
            }
        }

        ImmutableArray<KeyValuePair<string, string>> captured = count == 0 ? [] : [.. found.AsSpan(0, count)];
        Array.Clear(found, 0, count);
        ArrayPool<KeyValuePair<string, string>>.Shared.Return(found);
        return captured;

        void Add(string name, StringValues values)
        {
            if (values.Count == 0 || count == _maxHeaders)
            {
                return;
            }

            var value = Join(name, values);
            if (length + name.Length + value.Length <= _maxLength)
            {
                length += name.Length + value.Length;
                found[count++] = new(name, value);
            }
        }
    }

    /// <summary>The name in lower case; null for a header that does not flow on.</summary>
    private string? Find(string name)
    {
        if (_byName.TryGetValue(name, out var lower))
        {
            return lower;
        }

        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                lower = name.ToLowerInvariant();
                return OneHop.Contains(lower) ? null : lower;
            }
        }

        return null;
    }

    // Several lines of a list header are one list (RFC 9110 5.3); cookies are the exception (RFC 9113 8.2.3).
    private static string Join(string name, StringValues values) =>
        values.Count == 1 ? values[0] ?? "" : string.Join(name == "cookie" ? "; " : ",", values.ToArray());
}
