using System.Globalization;

namespace Mesh.Config.Schema;

/// <summary>Reads the table of Kubernetes' types; its head tells the form.</summary>
internal sealed class KubernetesTypeTable
{
    private const string MetaPackage = "meta.v1";
    private const string FieldIndent = "  ";
    private const string DescriptionMark = " # ";
    private const string Inline = "&";
    private const string ListMark = "[]";
    private const string MapMark = "map[string]";

    private readonly Dictionary<string, List<(string[] Words, string Description)>> _fields = new(StringComparer.Ordinal);

    public KubernetesTypeTable(string text)
    {
        var package = "";
        List<(string[] Words, string Description)>? fields = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var mark = line.IndexOf(DescriptionMark, StringComparison.Ordinal);
            var description = mark < 0 ? "" : line[(mark + DescriptionMark.Length)..];
            var words = (mark < 0 ? line : line[..mark]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith(FieldIndent, StringComparison.Ordinal))
            {
                // Indented, because fields can be called "type" too.
                fields!.Add((words, description));
            }
            else if (words[0] == "package")
            {
                package = words[1];
            }
            else if (words[0] == "type")
            {
                var name = $"{package}.{words[1]}";
                _fields[name] = fields = [];
                Types[name] = Make(name, description, package, fields, atomic: words.Contains("atomic"));
            }
        }
    }

    /// <summary>By package and name, such as <c>core.v1.ServiceSpec</c>.</summary>
    public Dictionary<string, TypeSchema> Types { get; } = new(StringComparer.Ordinal);

    private TypeSchema Make(string name, string description, string package, List<(string[] Words, string Description)> fields, bool atomic) =>
        TypeSchema.Object(Definition(name), description, () => Fields(package, fields), atomic, inlined: () => Inlined(package, fields));

    /// <summary>Kubernetes' name of the definition.</summary>
    private static string Definition(string name) =>
        (name.StartsWith(MetaPackage, StringComparison.Ordinal) ? "io.k8s.apimachinery.pkg.apis." : "io.k8s.api.") + name;

    private IEnumerable<FieldSchema> Fields(string package, List<(string[] Words, string Description)> fields)
    {
        foreach (var (words, description) in fields)
        {
            if (words[0] != Inline)
            {
                yield return Field(package, words) with { Description = description };
                continue;
            }

            var (innerPackage, inner) = Named(package, words[2]);
            foreach (var field in Fields(innerPackage, _fields[inner]))
            {
                yield return field with { Number = 0 };
            }
        }
    }

    private Dictionary<int, TypeSchema> Inlined(string package, List<(string[] Words, string Description)> fields) => fields
        .Where(field => field.Words[0] == Inline)
        .ToDictionary(field => Number(field.Words), field => Types[Named(package, field.Words[2]).Name]);

    private static int Number(string[] words) => int.Parse(words[1], CultureInfo.InvariantCulture);

    private FieldSchema Field(string package, string[] words)
    {
        var flags = words[3..];
        var merge = flags.FirstOrDefault(flag => flag == "merge" || flag.StartsWith("merge=", StringComparison.Ordinal));
        return new FieldSchema(words[0], Type(package, words[2], flags))
        {
            Required = flags.Contains("required"),
            Number = Number(words),
            IsPointer = flags.Contains("pointer"),
            Default = Setting(flags, "default"),
            PatchMergeKey = Setting(flags, "merge"),
            PatchStrategies = [.. flags.Where(flag => flag is "replace" or "retainKeys").Prepend(merge is null ? null : "merge").OfType<string>()],
        };
    }

    private static string? Setting(string[] flags, string name) =>
        flags.FirstOrDefault(flag => flag.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private TypeSchema Type(string package, string text, string[] flags)
    {
        if (text.StartsWith(ListMark, StringComparison.Ordinal))
        {
            var items = Type(package, text[ListMark.Length..], []);
            return Setting(flags, "keys") is { } keys
                ? TypeSchema.List(items, ListType.Map, keys.Split(','))
                : TypeSchema.List(items, flags.Contains("set") ? ListType.Set : ListType.Atomic);
        }

        if (text.StartsWith(MapMark, StringComparison.Ordinal))
        {
            return TypeSchema.Map(Type(package, text[MapMark.Length..], []), atomic: flags.Contains("atomic"));
        }

        return text switch
        {
            "string" => TypeSchema.String,
            "quantity" => TypeSchema.Quantity,
            "bool" => TypeSchema.Boolean,
            "bytes" => TypeSchema.Text("byte"),
            "int32" or "uint32" => TypeSchema.Integer("int32"),
            "int64" or "uint64" => TypeSchema.Integer("int64"),
            "double" or "float" => TypeSchema.Number(text),
            "time" or "microTime" => TypeSchema.Text("date-time"),
            "intOrString" => TypeSchema.IntOrString,
            "object" => TypeSchema.OpenObject(),
            _ => Types[Named(package, text).Name],
        };
    }

    private static (string Package, string Name) Named(string package, string text) =>
        text.Contains('.', StringComparison.Ordinal) ? (text[..text.LastIndexOf('.')], text) : (package, $"{package}.{text}");
}
