console.log("a file whose name has its content hash");
