using System.Text;

namespace Mesh.ControlPlane.Generation.Routes.Matching;

/// <summary>Writes plain text as a regular expression that matches just it (RE2's <c>QuoteMeta</c>).</summary>
internal static class Re2Text
{
    private const string Metacharacters = @"\.+*?()|[]{}^$";

    public static string Quote(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (Metacharacters.Contains(character, StringComparison.Ordinal))
            {
                result.Append('\\');
            }

            result.Append(character);
        }

        return result.ToString();
    }
}
