namespace Mesh.Cli.Output;

/// <summary>The forms of <c>-o</c>.</summary>
internal enum OutputFormat
{
    /// <summary>For people; it may change.</summary>
    Table,

    /// <summary>The same with more columns.</summary>
    Wide,

    /// <summary>As the API answers.</summary>
    Json,

    /// <summary>The same as <see cref="Json"/>, in YAML.</summary>
    Yaml,

    /// <summary>One name a line.</summary>
    Name,

    /// <summary>Newline-delimited JSON: one object a line, for programs that read as it comes.</summary>
    Ndjson,

    /// <summary>What a template of kubectl's JSONPath picks out.</summary>
    JsonPath,

    /// <summary>A table of columns that are given with their paths, as in kubectl.</summary>
    CustomColumns,

    /// <summary>One line for each message, as istioctl writes them; where a command knows it.</summary>
    Log,

    /// <summary>For Graphviz; where a command draws.</summary>
    Dot,

    /// <summary>For Mermaid; where a command draws.</summary>
    Mermaid,

    /// <summary>What is wrong, and nothing else; where a command knows it.</summary>
    Short,
}
