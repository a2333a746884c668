using Mesh.Client.Actions;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>Header edits of all levels, ready to be done; headers that belong to the connection are left out.</summary>
internal sealed class HeaderEditor
{
    private readonly HeaderEdits[] _levels;

    private HeaderEditor(HeaderEdits[] levels)
    {
        _levels = levels;
        TouchesContent = levels.Any(level => level.Remove.Any(HeaderNames.IsContent) || level.Set.Any(edit => HeaderNames.IsContent(edit.Name)));
        UsesTime = levels.SelectMany(level => level.Set).SelectMany(edit => edit.Value.Segments)
            .Any(segment => segment.Variable is FormatVariable.StartTime or FormatVariable.Duration);
    }

    /// <summary>Whether headers are among them that .NET keeps with the body.</summary>
    public bool TouchesContent { get; }

    /// <summary>Whether the start of the call has to be known.</summary>
    public bool UsesTime { get; }

    /// <summary>Null when there is nothing to do.</summary>
    public static HeaderEditor? Compile(IEnumerable<HeaderEdits> levels)
    {
        var usable = levels
            .Select(level => new HeaderEdits(
                [.. level.Remove.Where(name => !HeaderNames.IsConnection(name))],
                [.. level.Set.Where(edit => !HeaderNames.IsConnection(edit.Name))]))
            .Where(level => level.Remove.Length + level.Set.Length > 0)
            .ToArray();
        return usable.Length == 0 ? null : new HeaderEditor(usable);
    }

    public void Apply(MessageHeaders headers, CallValues values)
    {
        foreach (var level in _levels)
        {
            Apply(level, headers, values);
        }
    }

    // Envoy's order within a level: removals; then all values are worked out; then what overwrites, then what adds.
    private static void Apply(HeaderEdits level, MessageHeaders headers, CallValues values)
    {
        foreach (var name in level.Remove)
        {
            headers.Remove(name);
        }

        if (level.Set.Length == 1)
        {
            Apply(level.Set[0], HeaderFormatter.Format(level.Set[0].Value, values), headers);
            return;
        }

        var texts = new string?[level.Set.Length];
        for (var index = 0; index < texts.Length; index++)
        {
            texts[index] = IsWanted(level.Set[index], headers) ? HeaderFormatter.Format(level.Set[index].Value, values) : null;
        }

        Apply(level, texts, headers, overwriting: true);
        Apply(level, texts, headers, overwriting: false);
    }

    private static void Apply(HeaderEdits level, string?[] texts, MessageHeaders headers, bool overwriting)
    {
        for (var index = 0; index < texts.Length; index++)
        {
            if (texts[index] is { } text && Overwrites(level.Set[index].Kind) == overwriting)
            {
                Write(level.Set[index], text, headers);
            }
        }
    }

    private static void Apply(HeaderEdit edit, string text, MessageHeaders headers)
    {
        if (IsWanted(edit, headers))
        {
            Write(edit, text, headers);
        }
    }

    private static bool IsWanted(HeaderEdit edit, MessageHeaders headers) => edit.Kind switch
    {
        HeaderEditKind.AddIfAbsent => !headers.Contains(edit.Name),
        HeaderEditKind.OverwriteIfExists => headers.Contains(edit.Name),
        _ => true,
    };

    private static bool Overwrites(HeaderEditKind kind) => kind is HeaderEditKind.OverwriteOrAdd or HeaderEditKind.OverwriteIfExists;

    private static void Write(HeaderEdit edit, string text, MessageHeaders headers)
    {
        if (text.Length == 0 && !edit.KeepEmpty)
        {
            return;
        }

        if (Overwrites(edit.Kind))
        {
            headers.Set(edit.Name, text);
        }
        else
        {
            headers.Add(edit.Name, text);
        }
    }
}
