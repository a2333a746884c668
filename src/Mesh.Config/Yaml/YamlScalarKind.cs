namespace Mesh.Config.Yaml;

/// <summary>The type that YAML gives to a scalar.</summary>
internal enum YamlScalarKind
{
    String,
    Null,
    Boolean,
    Integer,
    Float,
}
