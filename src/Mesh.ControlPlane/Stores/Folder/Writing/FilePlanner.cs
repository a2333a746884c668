using System.Text;
using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Yaml;
using Mesh.Config.Yaml.Editing;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Documents;

namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>Works out what a write makes of the files, and that a restart would read what was written.</summary>
internal sealed class FilePlanner(string root, string defaultNamespace, ConfigFolder folder)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The edit that puts a resource.</summary>
    /// <param name="next">Normalized.</param>
    /// <exception cref="RefusedWrite">It cannot be put.</exception>
    public FileEdit Put(Resource next)
    {
        if (folder.PlacesOf(next.Id) is not [var path, ..])
        {
            return Create(next);
        }

        var before = folder.Find(path)!;
        var raw = before.Resources.First(resource => resource.Id == next.Id);
        if (JsonElement.DeepEquals(DocumentParts.Join(raw.Document, DocumentParts.Kept(next.Document), next.Id.Namespace), next.Document))
        {
            return new FileEdit(path, before, null, before, raw) { IsOfStateOnly = true };
        }

        // A file that leaves the namespace to the default goes on doing so.
        var isNamed = JsonText.Find(JsonText.Find(raw.Document, "metadata"), "namespace") is not null;
        var visible = isNamed ? DocumentParts.Visible(next.Document) : DocumentParts.WithoutNamespace(DocumentParts.Visible(next.Document));
        return Finish(path, before, Edit(path, next.Id, (edit, place) => edit.Replace(place, visible)), next);
    }

    /// <summary>The edits that remove a resource from all files that hold it, the one that is used last: a crash between them changes nothing.</summary>
    /// <exception cref="RefusedWrite">It cannot be removed.</exception>
    public IReadOnlyList<FileEdit> Remove(ResourceId id) => [.. folder.PlacesOf(id).Reverse().Select(path => RemoveFrom(path, id))];

    private FileEdit RemoveFrom(string path, ResourceId id)
    {
        var before = folder.Find(path)!;
        var text = Edit(path, id, static (edit, place) => edit.Remove(place));
        while (text.Length > 0 && Open(path, text) is var rest && FirstOf(rest, id) is { } again)
        {
            text = rest.Remove(again) ?? throw NotEditable(path, id);
        }

        return text.Length == 0 ? new FileEdit(path, before, null, null, null) : Finish(path, before, text, null);
    }

    private FileEdit Create(Resource next)
    {
        var path = FilePlaces.Of(next.Id, next.Kind);
        RequireNoLink(path);
        if (folder.Find(path) is { Accepted: false } broken)
        {
            throw Broken(broken);
        }

        for (var number = 2; File.Exists(Path.Combine(root, path)); number++)
        {
            // A person keeps something else under this name.
            path = $"{FilePlaces.Of(next.Id, next.Kind)[..^".yaml".Length]}-{number}.yaml";
        }

        return Finish(path, null, YamlBlocks.Write(DocumentParts.Visible(next.Document)), next);
    }

    private string Edit(string path, ResourceId id, Func<YamlEdit, YamlPlace, string?> change)
    {
        var before = folder.Find(path)!;
        RequireNoLink(path);
        if (!before.Accepted)
        {
            throw Broken(before);
        }

        try
        {
            var edit = Open(path, StrictUtf8.GetString(File.ReadAllBytes(Path.Combine(root, path))));
            return FirstOf(edit, id) is { } place && change(edit, place) is { } text ? text : throw NotEditable(path, id);
        }
        catch (Exception exception) when (exception is YamlFormatException or DecoderFallbackException)
        {
            throw NotEditable(path, id);
        }
    }

    private FileEdit Finish(string path, ConfigFile? before, string text, Resource? next)
    {
        var content = StrictUtf8.GetBytes(text);
        var after = folder.Reader.Read(path, default, content, null);
        if (!after.Accepted)
        {
            throw RefusedWrite.Because(
                WriteRefusal.Broken,
                $"{Path.Combine(root, path)} would not be readable with this change: {string.Join("; ", after.Findings.Where(finding => finding.Severity == FindingSeverity.Error))}");
        }

        if (next is null)
        {
            return new FileEdit(path, before, content, after, null);
        }

        var raw = after.Resources.FirstOrDefault(resource => resource.Id == next.Id);
        return raw is not null && JsonElement.DeepEquals(DocumentParts.Join(raw.Document, DocumentParts.Kept(next.Document), next.Id.Namespace), next.Document)
            ? new FileEdit(path, before, content, after, raw)
            : throw RefusedWrite.Because(WriteRefusal.Broken, $"{next.Id} cannot be kept in YAML as it is: it would be read back as something else. Look for numbers beyond 64 bits.");
    }

    private static YamlEdit Open(string path, string text) =>
        new(text, path.EndsWith(".json", StringComparison.OrdinalIgnoreCase), YamlLimits.Default);

    private YamlPlace? FirstOf(YamlEdit edit, ResourceId id) => edit.Places.FirstOrDefault(place => IdOf(place.Node, id) == id);

    /// <param name="node">What stands there.</param>
    /// <param name="like">Says whether the kind has namespaces.</param>
    private ResourceId IdOf(YamlMapping node, ResourceId like)
    {
        var apiVersion = TextOf(node, "apiVersion");
        var slash = apiVersion.LastIndexOf('/');
        var metadata = node.Find("metadata") as YamlMapping;
        var ns = metadata is null ? "" : TextOf(metadata, "namespace");
        return new ResourceId(
            slash < 0 ? "" : apiVersion[..slash],
            TextOf(node, "kind"),
            like.Namespace.Length == 0 ? "" : ns.Length == 0 ? defaultNamespace : ns,
            metadata is null ? "" : TextOf(metadata, "name"));
    }

    private static string TextOf(YamlMapping node, string key) => node.Find(key) is YamlScalar scalar ? scalar.Text : "";

    private void RequireNoLink(string path)
    {
        if (FilePlaces.FindLink(root, path) is var (link, target))
        {
            throw RefusedWrite.Because(
                WriteRefusal.ReadOnly, $"{link} is a symbolic link to {target}: writing would put a file in its place. Change what it leads to, or replace the link by the file itself.");
        }
    }

    private RefusedWrite Broken(ConfigFile file) => RefusedWrite.Because(
        WriteRefusal.Broken,
        $"{Path.Combine(root, file.Path)} is broken and its last good version is served: {file.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error)?.Message}. "
        + "Repair the file by hand first; a write now would have to guess what it was to be.");

    private RefusedWrite NotEditable(string path, ResourceId id) => RefusedWrite.Because(
        WriteRefusal.Broken, $"{id} cannot be changed in {Path.Combine(root, path)} without touching what is beside it. Give it a file of its own.");
}
