namespace Mesh.Config.Validation.Rules;

/// <summary>Names of the parts of a resource: short, and each once.</summary>
internal static class RuleNames
{
    private const int LongestName = 63;

    public static void Check<T>(FieldScope scope, string list, IReadOnlyList<T> items, Func<T, string> read)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each(list, items, (item, part) =>
        {
            var name = read(part);
            item.Field("name").Require(IsName(name), $"expected 1 to {LongestName} characters a-z, 0-9, '-', found \"{name}\"");
            item.Field("name").Require(names.Add(name), $"\"{name}\" names another one already");
        });
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
