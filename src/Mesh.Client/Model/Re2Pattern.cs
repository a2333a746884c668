using System.Text.RegularExpressions;

namespace Mesh.Client.Model;

/// <summary>RE2, the regular expressions of Envoy and Istio, in terms of .NET's.</summary>
/// <remarks>
/// The syntaxes overlap but do not agree: <c>\d</c>, <c>\s</c> and <c>\w</c> are ASCII in RE2 and Unicode in .NET, <c>$</c> ends before a last
/// line feed in .NET, and RE2 has neither lookaround nor backreferences. Patterns that pass <see cref="Validate"/> can be run with
/// <see cref="RegexOptions.NonBacktracking"/>, so that a pattern from outside cannot stall a request.
/// </remarks>
internal static class Re2Pattern
{
    /// <summary>The longest pattern that is accepted, as in Istio's validation.</summary>
    public const int MaxLength = 1024;

    /// <summary>The options every translated pattern is to be run with.</summary>
    public const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Null when the pattern is RE2 that this process can run; otherwise the reason.</summary>
    public static string? Validate(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            return $"a regular expression may have {MaxLength} characters, this one has {pattern.Length}";
        }

        try
        {
            // Parsing is cheap; the automaton is built by whoever runs the pattern, when it is first needed.
            _ = new Regex(Re2Translator.Translate(pattern), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return null;
        }
        catch (FormatException exception)
        {
            return $"'{pattern}' is not RE2: {exception.Message}";
        }
        catch (ArgumentException exception)
        {
            return $"'{pattern}' is not RE2: {exception.Message}";
        }
    }

    /// <summary>A .NET pattern that matches exactly the texts that <paramref name="pattern"/> matches as a whole.</summary>
    /// <exception cref="FormatException">The pattern is not RE2.</exception>
    public static string ToFullMatch(string pattern) => $@"\A(?:{Re2Translator.Translate(pattern)})\z";

    /// <summary>A .NET pattern that finds what <paramref name="pattern"/> finds; groups keep RE2's numbers.</summary>
    /// <exception cref="FormatException">The pattern is not RE2.</exception>
    public static string ToSearch(string pattern) => Re2Translator.Translate(pattern);
}
