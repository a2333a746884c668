using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Contexts;

/// <summary>The contexts of a person: a file in the user's configuration folder, and beside it a file for each token; all for their owner alone.</summary>
/// <param name="folder">Where they are.</param>
internal sealed class ContextStore(string folder)
{
    public const string FolderVariable = "MESH_CONFIG";
    public const string ContextVariable = "MESH_CONTEXT";

    private const string Current = "current";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private string ContextsFile => Path.Combine(folder, "contexts.json");

    /// <param name="variable">Reads the environment.</param>
    public static ContextStore Of(Func<string, string?> variable) => new(
        variable(FolderVariable) is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mesh"));

    /// <summary>The name of the context in use; null for none.</summary>
    public string? CurrentName => Read()[Current]?.ToString();

    public IReadOnlyList<ContextEntry> All => [.. Entries(Read()).Select(entry => Parse(entry.Key, entry.Value))];

    public ContextEntry? Find(string name) => All.FirstOrDefault(entry => entry.Name == name);

    /// <summary>The file of its token; it need not be there.</summary>
    public string TokenFileOf(string name) => Path.Combine(folder, "tokens", $"{Checked(name)}.token");

    public bool HasToken(string name) => File.Exists(TokenFileOf(name));

    public void Set(ContextEntry entry, bool use)
    {
        var document = Read();
        var contexts = document["contexts"] as JsonObject ?? [];
        document["contexts"] = contexts;
        var json = new JsonObject { ["server"] = entry.Server.ToString() };
        if (entry.Roots is not null)
        {
            json["roots"] = entry.Roots;
        }

        if (entry.Namespace is not null)
        {
            json["namespace"] = entry.Namespace;
        }

        contexts[Checked(entry.Name)] = json;
        if (use || document[Current] is null)
        {
            document[Current] = entry.Name;
        }

        Write(document);
    }

    public void Use(string name)
    {
        var document = Read();
        document[Current] = name;
        Write(document);
    }

    public void Delete(string name)
    {
        var document = Read();
        (document["contexts"] as JsonObject)?.Remove(name);
        if (document[Current]?.ToString() == name)
        {
            document.Remove(Current);
        }

        Write(document);
        DeleteToken(name);
    }

    public void SetToken(string name, string token) => OwnFile.Write(TokenFileOf(name), token + "\n");

    /// <summary>Whether there was one.</summary>
    public bool DeleteToken(string name)
    {
        if (!HasToken(name))
        {
            return false;
        }

        File.Delete(TokenFileOf(name));
        return true;
    }

    private JsonObject Read()
    {
        if (!File.Exists(ContextsFile))
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(File.ReadAllText(ContextsFile)) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{ContextsFile} is not what meshctl writes there: {exception.Message} Correct or delete it.", ExitCode.BadFile, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The contexts cannot be read: {exception.Message}", ExitCode.BadFile, exception);
        }
    }

    private void Write(JsonObject document) => OwnFile.Write(ContextsFile, document.ToJsonString(Indented) + "\n");

    private static IEnumerable<KeyValuePair<string, JsonObject>> Entries(JsonObject document) =>
        (document["contexts"] as JsonObject ?? []).Where(entry => entry.Value is JsonObject).Select(entry => KeyValuePair.Create(entry.Key, entry.Value!.AsObject()));

    private ContextEntry Parse(string name, JsonObject json) =>
        Uri.TryCreate(json["server"]?.ToString(), UriKind.Absolute, out var server)
            ? new ContextEntry(name, server) { Roots = json["roots"]?.ToString(), Namespace = json["namespace"]?.ToString() }
            : throw new CommandException($"{ContextsFile}: context '{name}' has no server. 'meshctl context set {name} --server URL' gives it one.", ExitCode.BadFile);

    /// <summary>A name is part of a path.</summary>
    private static string Checked(string name) => name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && name[0] != '.'
        ? name
        : throw new CommandException($"The name of a context has 1 to 64 letters, digits, '-', '_' and '.', and does not begin with a dot; got '{name}'.", ExitCode.Usage);
}
