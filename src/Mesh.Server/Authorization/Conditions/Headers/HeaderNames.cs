using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Conditions.Headers;

/// <summary>The spellings of a header name that a server behind us may take for the same: with underscores for dashes.</summary>
internal sealed class HeaderNames
{
    // With more dashes there are more spellings than it is worth looking up one by one.
    private const int MaxDashes = 3;

    private readonly string _name;
    private readonly string[]? _twins;

    public HeaderNames(string name)
    {
        _name = name;
        var separators = Enumerable.Range(0, name.Length).Where(index => name[index] is '-' or '_').ToArray();
        _twins = separators.Length > MaxDashes ? null : [.. Spellings(name, separators).Where(other => other != name)];
    }

    /// <summary>The other spellings, among which are all that the request uses.</summary>
    private IEnumerable<string> Search(IHeaderDictionary headers) =>
        headers.Keys.Where(other => other.Length == _name.Length && !other.Equals(_name, StringComparison.OrdinalIgnoreCase)
            && other.Replace('_', '-').Equals(_name.Replace('_', '-'), StringComparison.OrdinalIgnoreCase));

    public ReadOnlySpan<string> Twins(IHeaderDictionary headers) => _twins ?? [.. Search(headers)];

    private static IEnumerable<string> Spellings(string name, int[] separators)
    {
        for (var bits = 0; bits < 1 << separators.Length; bits++)
        {
            var spelling = name.ToCharArray();
            for (var i = 0; i < separators.Length; i++)
            {
                spelling[separators[i]] = (bits & (1 << i)) == 0 ? '-' : '_';
            }

            yield return new string(spelling);
        }
    }
}
